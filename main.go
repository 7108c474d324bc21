// Guanjia (管家) is the customer-service and fee-collection system of property-management companies.
package main

import (
	"os"

	"guanjia/internal/app"
)

func main() { os.Exit(app.Main(os.Args, os.Stdout, os.Stderr)) }
