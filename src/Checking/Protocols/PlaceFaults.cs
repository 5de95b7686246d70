using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Checking.Protocols;

/// <summary>
/// What a protocol does wrong on every schedule, because it follows from the registers alone: the code of a CPU is not
/// mapped, a walk has another size than its table, the lower half is left changed. <c>mmu check</c> finds it; a boot on
/// grains does not judge it, and so warns.
/// </summary>
public static class PlaceFaults
{
    /// <summary>A line for each property and kind of CPU, with the step after which it is violated first.</summary>
    public static IEnumerable<string> Warnings(CheckedProtocol protocol) =>
        Found(protocol).Distinct().Select(f => protocol.File.StepError(f.At.Phase, f.At.Step,
            $"\"{f.At.Step}\" violates {f.Property.Name} on every schedule, which a boot does not judge (mmu check "
            + "does)").Message);

    private static IEnumerable<(Property Property, ScriptStep At)> Found(CheckedProtocol protocol)
    {
        MachineModel model;
        try
        {
            model = protocol.Model(new CheckOptions());
        }
        catch (ModelLimitException)
        {
            yield break;
        }

        foreach (var kind in model.Kinds)
        {
            var places = Enumerable.Range(0, kind.Points.Length).Where(p => !kind.PlaceAt(p).IsHandling).ToList();
            foreach (var (property, isViolated) in new (Property, Func<ProgramPoint, bool>)[]
                {
                    (Property.UnexpectedFault, p => !p.CanFetch), (Property.WalkSize, p => p.WalksIdmapInUserSize),
                })
            {
                if (places.Where(p => kind.MainAt(p) > 0 && isViolated(kind.Points[p])).Select(kind.MainAt)
                    .DefaultIfEmpty(0).Min() is var first and > 0)
                    yield return (property, kind.Program[first - 1]);
            }

            // The step behind which the lower half stays changed.
            if (places.Any(p => kind.IsEnd(p) && kind.Points[p].LeavesIdmapBehind))
                yield return (Property.IdmapLeftBehind,
                    kind.Program[places.Where(p => !kind.Points[p].LeavesIdmapBehind).Max(kind.MainAt)]);
        }
    }
}
