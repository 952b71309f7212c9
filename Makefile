# Everything goes through the Maven wrapper, with the Java that bin/find-jdk finds.

.DEFAULT_GOAL := help
.PHONY: help demo test quick bench native format lint infra deploy

MVN = JAVA_HOME="$$(bin/find-jdk --jdk)" && export JAVA_HOME && ./mvnw -B -ntp
LINT = statemachine/lint

help: ## lists the goals
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "make %-8s %s\n", $$1, $$2 }'

demo: ## the whole story with nothing installed but a JDK
	@./sluice demo

test: lint infra ## everything that must hold before a change is merged
	@$(MVN) verify

quick: ## the tests that take less than two minutes together
	@$(MVN) -q verify -DexcludedGroups=slow

format: ## formats the Java sources
	@$(MVN) -q spotless:apply

lint: ## checks the state machines (needs Node 18 or later)
	@node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null || { \
	    echo "make lint: the linters of the state machines need Node 18 or later (https://nodejs.org)" >&2; exit 2; }
	@cd $(LINT) && if [ ! -e node_modules/.done ] || [ package-lock.json -nt node_modules/.done ]; then \
	    npm ci --silent --no-audit --no-fund && touch node_modules/.done; fi
	@cd $(LINT) && node --test test/ >node_modules/.test.log || { cat node_modules/.test.log; exit 1; }
	@node $(LINT)/lint.mjs

infra: ## checks the deployment (needs Terraform 1.11 or later; says so where there is none)
	@infra/check

deploy: ## applies the deployment of an environment: make deploy ENV=dev
	@ENV='$(ENV)'; [ -n "$$ENV" ] && [ -e "infra/environments/$$ENV/backend.hcl" ] || { \
	    echo "make deploy: ENV names no environment; there are: $$(cd infra/environments && echo *)" >&2; exit 2; }; \
	cd infra && export TF_DATA_DIR=".terraform/$$ENV" && \
	    terraform init -input=false -backend-config="environments/$$ENV/backend.hcl" && \
	    terraform apply -var-file="environments/$$ENV/terraform.tfvars" -var "environment=$$ENV"

bench: ## measures Sluice beside other tools; make bench BENCH="--help" tells the options
	@$(MVN) -q -Pbench -pl bench,bench/spark -am package -DskipTests
	@exec "$$(bin/find-jdk --jdk)/bin/java" -XX:+UseSerialGC -jar bench/target/sluice-bench-*.jar $(BENCH)

native: ## the Lambda functions as a native executable (GraalVM or a container engine); make native ARCH=arm64
	@bin/native $(ARCH)
