# The bucket exists before anything else does, see README.md.
bucket       = "acme-terraform-state"
key          = "sluice/prod.tfstate"
region       = "ca-central-1"
encrypt      = true
use_lockfile = true
