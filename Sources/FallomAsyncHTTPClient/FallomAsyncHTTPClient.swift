// The product's parts stand in files of their own.
