"""Menus, orders, what photos can teach, and what sheets of orders show."""
