module changeover.test/lab/vvr

go 1.26
