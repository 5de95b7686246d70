using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <content>What the CPU would hold if it returned to where it has walked before.</content>
internal sealed partial class Rehearsal
{
    // Where the CPU has walked, the last ones last.
    private readonly List<WalkStart> _walked = [];
    private WalkStart? _return;

    /// <summary>What the CPU does to return, as a clause behind its name; null while it does not.</summary>
    public string? Return { get; private set; }

    // The line of the walk that made the older entry.
    private long _returnsBy;

    /// <summary>What the CPU would show if it returned, and the entry by which; null for nothing.</summary>
    public (LintWitness Witness, HeldEntry By)? Returns { get; private set; }

    /// <summary>The witness of the return, unless a TLBI has removed the older entry since; null for none.</summary>
    public LintWitness? WitnessOfReturn =>
        Returns is var (witness, by) && _held.All.TryGetValue(by, out var span) && span.FirstLine == _returnsBy
            ? witness : null;

    /// <summary>
    /// The CPU returns, without any event, to a root, ASID and VMID by which it has walked before, and a story is told
    /// of it. Then everything is as it was.
    /// </summary>
    /// <param name="tell">The story and the older entry; null where there is none.</param>
    public void TryReturn(Func<(LintWitness Witness, HeldEntry By)?> tell)
    {
        var held = _held;
        var now = Starts().Where(s => s.IsNewest).Select(s => (WalkStart?)s).FirstOrDefault();
        for (int i = _walked.Count - 1; i >= 0 && Returns is null; i--)
        {
            var there = _walked[i];
            if (there == now || (now is { } here && here.Half != there.Half))
                continue;
            (_held, _return) = (held.Copy(), there);
            Return = Clause(now, there);
            Walk();
            Returns = tell();
            if (Returns is var (_, by))
                _returnsBy = SpanOf(by).FirstLine;
        }

        (_held, _return, Return) = (held, null, null);
        Walk();
    }

    // Where walks may begin, and under which ASIDs look-ups are made.
    private IEnumerable<WalkStart> Starts() => _return is { } there ? [there]
        : Regime == CasemateRegime.El1 && !_vmid.Runs ? [] : Registers.Starts();

    private ushort? VmidOf(in WalkStart start) => start.Vmid ?? (Regime == CasemateRegime.El1 ? _vmid.Value : null);

    private void Keep(in WalkStart start)
    {
        var known = start with { Vmid = VmidOf(start) };
        if (_return is not null || !start.IsNewest || !start.CanWalk || (_walked.Count > 0 && _walked[^1] == known))
            return;
        _walked.Remove(known);
        _walked.Add(known);
    }

    private string Clause(WalkStart? now, in WalkStart there) =>
        now is not { } here
            ? _vmid.Runs ? "has its translation on again" : $"runs under VMID {there.Vmid} again"
        : VmidOf(here) != there.Vmid ? $"runs under VMID {there.Vmid} again"
        : here.Root != there.Root ? $"leads {Register.Name()} to 0x{there.Root:x} again"
        : here.Asid != there.Asid ? $"runs under ASID {there.Asid} again"
        : "walks again";
}
