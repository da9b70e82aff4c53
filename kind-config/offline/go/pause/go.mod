module stalwart-e2e/offline/pause

go 1.26.0
