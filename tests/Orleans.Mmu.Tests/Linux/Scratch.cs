using Orleans.Mmu.Arm; using Orleans.Mmu.Linux;
namespace Orleans.Mmu.Tests.Linux;
public class Scratch
{
    [Fact] public void Dump()
    {
        var sb = new System.Text.StringBuilder();
        foreach (var d in Directory.GetDirectories("/work/shared/truth").Order())
        {
            var m = MachineFile.Parse(d, File.ReadAllText(d + "/machine.json"));
            var cap = NoAbortCapability.BootCpu(m.Cpus[0].KernelTrusts(m.Rules));
            var dec = PaintDecision.Of(m, cap.Present);
            foreach (var c in m.Cpus.Skip(1)) cap = cap.Secondary(c.KernelTrusts(m.Rules), out _);
            cap = cap.Finalise();
            var mode = dec.Mode(cap.SystemSupports);
            var p = new LinearMapPainter(m);
            var t = p.Paint(dec);
            long n = 0;
            if (mode == BootMode.Repaint)
            {
                var e = new TableEditor(t);
                foreach (var r in Enum.GetValues<RepaintRange>()) { var a = new RangeSplit(e, p.Pages, p.Swapper).Advance(LinearRange.Of(r, m), long.MaxValue); n += a.Blocks; }
                t = e.Publish();
            }
            t = p.Protect(t);
            sb.AppendLine($"== {Path.GetFileName(d)} {mode} {n}");
            foreach (var l in LeafCensus.Of(t, p.Swapper).Leaves) sb.Append($" {l.Key}={l.Value}");
            sb.AppendLine();
            using var w = new StreamWriter("/tmp/model-" + Path.GetFileName(d) + ".tsv");
            var g = m.Geometry;
            foreach (var r in LeafWalk.Leaves(g, t.Root(p.Swapper)!, g.UpperHalfStart))
            {
                var at = r.First.Attributes(g, r.Level);
                w.WriteLine($"0x{r.Start.Value:x16}\t0x{r.End(g).Value:x16}\t0x{r.First.OutputAddress(g, r.Level).Value:x}\t{r.Level}\t{g.Size(r.Level)}\t{r.Count}\t{(r.First.IsValid ? 1 : 0)}\t{(at.ReadOnly ? 1 : 0)}\t{(at.PrivilegedExecuteNever ? 1 : 0)}\t{(at.UnprivilegedExecuteNever ? 1 : 0)}\t{(r.First.Contiguous ? 1 : 0)}\t{at.AttrIndex}");
            }
        }
        File.WriteAllText("/tmp/model.txt", sb.ToString());
    }
}
