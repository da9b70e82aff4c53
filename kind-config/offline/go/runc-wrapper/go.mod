module stalwart-e2e/offline/runc-wrapper

go 1.26.0
