"""The product service (Django): catalogue, stock, orders, and the shop's pages."""

VERSION = "0.1.0"
