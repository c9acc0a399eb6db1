"""Addresses of the pages. `/` itself is in product/urls.py's care when JSON is asked for."""

from django.urls import path

from product.storefront.views import (
    accounts,
    cart,
    catalogue,
    checkout,
    confirmations,
    display,
    orders,
    profile,
    security,
    wallet,
)

app_name = "storefront"
urlpatterns = [
    path("", catalogue.home, name="home"),
    path("products", catalogue.catalogue, name="catalogue"),
    path("products/<slug:slug>", catalogue.product, name="product"),
    path("suggestions", catalogue.suggestions, name="suggestions"),
    path("display", display.change_display, name="display"),
    path("register", accounts.register, name="register"),
    path("sign-in", accounts.sign_in, name="sign-in"),
    path("sign-out", accounts.sign_out, name="sign-out"),
    path("cart", cart.cart, name="cart"),
    path("cart/items", cart.add_to_cart, name="add-to-cart"),
    path("cart/items/<uuid:product_id>", cart.change_item, name="change-item"),
    path("checkout", checkout.checkout, name="checkout"),
    path("orders", orders.my_orders, name="orders"),
    path("orders/<uuid:order_id>", orders.order, name="order"),
    path("orders/<uuid:order_id>/progress", orders.order_progress, name="order-progress"),
    path("orders/<uuid:order_id>/pay", orders.pay_again, name="pay-again"),
    path("orders/<uuid:order_id>/cancel", orders.cancel, name="cancel-order"),
    path("wallet", wallet.wallet, name="wallet"),
    path("wallet/top-up", wallet.top_up, name="top-up"),
    path("wallet/transfer", wallet.send_money, name="send-money"),
    path("account", profile.profile, name="profile"),
    path("account/avatar", profile.avatar, name="avatar"),
    path("account/preferences", profile.preferences, name="preferences"),
    path("account/security", security.security, name="security"),
    path("account/security/password", security.change_password, name="change-password"),
    path("account/security/sessions", security.end_other_sessions, name="end-other-sessions"),
    path("account/security/sessions/<uuid:session_id>", security.end_session, name="end-session"),
    path("account/email", security.email, name="email"),
    path("account/email/confirmation", security.ask_for_confirmation, name="ask-for-confirmation"),
    path("account/deletion", profile.deletion, name="deletion"),
    path("avatars/<uuid:user_id>", profile.avatar_picture, name="avatar-picture"),
    # The links of auth's e-mails (auth/mail/messages.py).
    path("forgotten-password", confirmations.forgotten_password, name="forgotten-password"),
    path("password-reset", confirmations.password_reset, name="password-reset"),
    path("email-change", confirmations.email_change, name="email-change"),
    path("email-confirmation", confirmations.email_confirmation, name="email-confirmation"),
]
