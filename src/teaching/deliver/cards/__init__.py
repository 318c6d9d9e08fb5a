"""Lesson 10 on paper: cards, icon arrays, costs and sheets as one HTML file that prints on A4."""

from teaching.deliver.cards.build import FILE, cards_page, save_cards

__all__ = ["FILE", "cards_page", "save_cards"]
