package main
import ("testing";"chainrule/optim";"chainrule/graph")
func BenchmarkStep(b *testing.B){
	p,_:=newProblem(defaultConfig())
	tr:=&optim.Trainer{Params:p.net.Params(),Rule:p.rule,Cost:func(g *graph.Graph,m int)*graph.Node{return p.express(g,m).cost}}
	batch:=optim.Batch{"X":p.x,"Y":p.y}
	tr.Step(batch)
	for b.Loop(){ tr.Step(batch) }
}
func BenchmarkTrain(b *testing.B){
	c:=defaultConfig(); c.steps=b.N
	p,_:=newProblem(c)
	var cv curve
	out:=&output{w:full{}}; out.err=nil
	r:=newTextReport(out,full{}); r.p=p; r.milestones=newMilestones(c.steps)
	r.bar=newBar(full{},80,c.steps)
	b.ResetTimer()
	p.train(b.Context(),func(s int,v float64){cv.add(s,v); r.progress(s,v)})
}
