"""Avatars: pictures from strangers, checked before they are decoded and always written anew."""
