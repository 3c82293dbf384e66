# `make` draws the sample menu and teaches a network to imagine pizzas; `make test` tests.

PYTHON ?= python3
python := .venv/bin/python

.PHONY: pizza page test test-jax test-page lint article compare results menu-sizes bench

pizza: .venv/installed
	$(python) sample_menu.py
	$(python) toppings.py
	$(python) augment.py
	$(python) cvae_gan.py --minutes=4
	$(python) generate.py
	$(python) generate.py --count=6 \
		--ingredients="tomato sauce, mozzarella, pepperoni, mushrooms, basil"
	$(python) generate.py --count=6 --ingredients="tomato sauce, mozzarella, pepperoni" \
		--half="condensed milk, cowberry, pineapple"
	@echo
	@echo "Open these pictures, the best first:"
	@run=$$(ls -td temp/cvae_gan/*/ | head -1); \
		ls -t $${run}generated/*.png | grep -v owners; \
		ls $${run}samples/*.png | tail -1; ls data/sample/toppings/toppings.png

page: .venv/installed-page
	$(python) order.py

test: .venv/installed-dev
	$(python) -m pytest -n auto --dist loadfile

test-jax: .venv/installed-dev
	KERAS_BACKEND=jax JAX_DISABLE_MOST_OPTIMIZATIONS=1 \
		$(python) -m pytest -n auto --dist worksteal -m backends

test-page: .venv/installed-page .venv/installed-dev  # in a browser: Chromium is needed
	$(python) -m pip install --quiet "playwright~=1.65"
	$(python) -m pytest tests/ordering

lint: .venv/installed-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

article: .venv/installed
	$(python) sample_menu.py
	$(python) augment.py --image-size=32
	$(python) -m experiments.article

compare: .venv/installed
	$(python) sample_menu.py
	$(python) toppings.py
	$(python) augment.py
	$(python) -m experiments.compare

results: .venv/installed
	$(python) sample_menu.py
	$(python) toppings.py
	$(python) augment.py --image-size=32
	$(python) judge.py --image-size=32
	$(python) -m experiments.results

menu-sizes: .venv/installed
	$(python) judge.py --image-size=32
	$(python) -m experiments.menu_sizes

bench: .venv/installed-bench
	$(python) sample_menu.py
	$(python) augment.py --image-size=32
	$(python) -m benchmarks.training_speed
	$(python) -m benchmarks.profile_steps
	$(python) -m benchmarks.augmentation_speed
	$(python) -m benchmarks.costs

.venv/installed: requirements.txt
	$(PYTHON) -m venv .venv
	$(python) -m pip install --quiet --requirement requirements.txt
	touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(python) -m pip install --quiet --requirement requirements-dev.txt
	touch $@

.venv/installed-page: requirements-page.txt .venv/installed
	$(python) -m pip install --quiet --requirement requirements-page.txt
	touch $@

.venv/installed-bench: benchmarks/requirements.txt .venv/installed
	$(python) -m pip install --quiet --requirement benchmarks/requirements.txt
	touch $@
