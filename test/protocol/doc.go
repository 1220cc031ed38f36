// Package protocol runs the code of the server that redeems authorization codes, refreshes
// and revokes, with two or three requests at once, in every order of their requests to the
// API server and with every fault between them, and checks what must hold in each order.
//
// It owns an API server in memory that keeps Grants, compares resource versions, and loses
// requests and answers where it is told to. Only the order of requests to it matters: between
// two of them a request of a client changes nothing that another one can see. What a real
// API server does is tested in test/store, test/races and test/faults.
package protocol
