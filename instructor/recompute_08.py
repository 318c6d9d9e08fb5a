"""The right and the typical wrong numbers of lesson 08, computed; answers/08_virtual_trial.toml names them."""

L08_SHARES = 0.48, 0.21  # stated in the prompt; the truth of month 42 as the lesson's table prints it
L08_MONTH, L08_BUDGET = 42, 1200
L08_PATIENTS = 50  # what the question before gives, rounded


def l08_needed():
    """Patients an arm: 16 × share × (1 − share) / difference², with the mean share."""
    one, two = L08_SHARES
    middle = (one + two) / 2
    return 16 * middle * (1 - middle) / (one - two) ** 2


def l08_needed_not_squared():
    """The difference not squared."""
    one, two = L08_SHARES
    middle = (one + two) / 2
    return 16 * middle * (1 - middle) / (one - two)


def l08_needed_both_arms():
    """All patients of both arms instead of one."""
    return 2 * l08_needed()


def l08_needed_without_rest():
    """Without the factor 1 − share."""
    one, two = L08_SHARES
    return 16 * (one + two) / 2 / (one - two) ** 2


def l08_budgets():
    """How many budgets 2 × 50 patients for 42 months are."""
    return 2 * L08_PATIENTS * L08_MONTH / L08_BUDGET


def l08_budgets_one_arm():
    """The control arm forgotten."""
    return L08_PATIENTS * L08_MONTH / L08_BUDGET
