"""The sample company, part by part; `demo.write_company` puts the parts together."""
