package secrettemplate

import (
	"errors"
	"fmt"
	"slices"
	"text/template/parse"
)

// allowed are the functions that a template may call. print, printf, html, js, index,
// slice, len and call come with text/template and are left out: printf makes a
// gigabyte of one number.
var allowed = []string{"b64enc", "urlquery", "toJson", "quote", "join", "and", "or", "not", "eq", "ne"}

// check refuses what could run long, and functions that are not allowed.
func check(node parse.Node) error {
	switch node := node.(type) {
	case *parse.ListNode:
		if node != nil {
			return checkAll(node.Nodes)
		}
	case *parse.ActionNode:
		return check(node.Pipe)
	case *parse.PipeNode:
		if node != nil {
			return checkAll(node.Cmds)
		}
	case *parse.CommandNode:
		return checkAll(node.Args)
	case *parse.ChainNode:
		return check(node.Node)
	case *parse.IfNode:
		return errors.Join(check(node.Pipe), check(node.List), check(node.ElseList))
	case *parse.WithNode:
		return errors.Join(check(node.Pipe), check(node.List), check(node.ElseList))
	case *parse.IdentifierNode:
		if !slices.Contains(allowed, node.Ident) {
			return fmt.Errorf("the function %s is not allowed", node.Ident)
		}
	case *parse.RangeNode:
		return errors.New("range is not allowed; use join or toJson")
	case *parse.TextNode, *parse.FieldNode, *parse.VariableNode, *parse.DotNode, *parse.NilNode,
		*parse.BoolNode, *parse.NumberNode, *parse.StringNode, *parse.CommentNode:
	default:
		return fmt.Errorf("%s is not allowed", node)
	}
	return nil
}

func checkAll[N parse.Node](nodes []N) error {
	for _, node := range nodes {
		if err := check(node); err != nil {
			return err
		}
	}
	return nil
}
