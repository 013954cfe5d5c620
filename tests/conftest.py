"""Which tests `make test-quick` leaves out."""

# They open the built site, sample, or start one program after another.
SLOW = {
    "test_check_functions",
    "test_check_values",
    "test_checks_later",
    "test_checks_right",
    "test_checks_wrong",
    "test_digest",
    "test_exact_cells",
    "test_exact_correlated",
    "test_exact_designs",
    "test_exact_nuts",
    "test_exact_posterior",
    "test_exercise_slips",
    "test_exercises",
    "test_fits",
    "test_imports",
    "test_inference",
    "test_labelled",
    "test_models",
    "test_notebooks",
    "test_plots",
    "test_press_alone",
    "test_starts",
    "test_store",
    "test_store_command",
    "test_store_processes",
    "test_wheel",
}


def pytest_collection_modifyitems(items):
    for item in items:
        of_the_site = {"browser", "built"}.intersection(item.path.parts)
        slow = item.path.stem in SLOW or item.get_closest_marker("long")
        if of_the_site or slow or "posteriors" in item.fixturenames:
            item.add_marker("slow")
