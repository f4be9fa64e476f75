module canonicaljson

go 1.24
