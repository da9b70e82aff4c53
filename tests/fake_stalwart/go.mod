module stalwart-e2e/fake-stalwart

go 1.26
