using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>
/// Performs the first violation of each group on the TLB of the CPU that fails: a second reading of the trace, up to
/// the last of these violations.
/// </summary>
public sealed partial class WitnessReader
{
    /// <summary>The number of groups that get a witness, the first ones.</summary>
    public const int MaxWitnesses = 64;

    private readonly LintRequest _request;
    private readonly SeenMemory _memory;
    private readonly LintedControls _controls;
    private readonly Dictionary<(int Cpu, CasemateRegister Register), ulong> _written = [];
    private readonly HashSet<(int Cpu, CasemateRegime Regime)> _off = [];
    private readonly Dictionary<LintViolation, LintWitness> _found = [];
    private readonly List<Rehearsal> _open = [];

    private WitnessReader(LintRequest request, IReadOnlySet<CasemateRegime> shortIds)
    {
        _controls = new(shortIds);
        _request = request;
        _memory = new(request.MaxPages);
    }

    /// <summary>The verdict on a trace with a witness for each group of violations.</summary>
    /// <param name="file">The name of the trace in errors.</param>
    /// <param name="stream">The trace, from its beginning.</param>
    /// <param name="request">What the verdict was asked for with.</param>
    /// <exception cref="InputException">The trace is not the one that was judged.</exception>
    public static LintResult Add(
        string file, Stream stream, LintRequest request, LintResult result, CancellationToken cancellationToken)
    {
        var reader = new WitnessReader(request, result.ShortIds);
        foreach (var group in result.Groups.Take(MaxWitnesses))
            reader.Open(group.First);
        reader.Read(new CasemateReader(file, stream), cancellationToken);
        return result with
        {
            Groups = [.. result.Groups.Select(g => g with
            {
                Witness = reader._found.GetValueOrDefault(g.First)
                    ?? LintWitness.Without(g.First.Cpu, $"only the first {MaxWitnesses} groups are performed"),
            })],
        };
    }

    private void Open(LintViolation violation)
    {
        string? why = !violation.Breaks ? "no CPU fails by it, so there is nothing that a TLB would show"
            : violation.Reason.StartsWith("stale after a change of MAIR", StringComparison.Ordinal)
                ? "an entry of the TLB's model has the AttrIndx of its leaf, and no memory type by MAIR"
            : violation.Reason.StartsWith("stale after a change of ", StringComparison.Ordinal)
                ? "the TLB's model has one size and one granule at a time, so it does not keep entries of the size before"
            : violation.Reason.StartsWith("CnP", StringComparison.Ordinal)
                ? "the TLB's model is that of one CPU, which shares no entries"
            : violation.Spot is not { } spot ? "it concerns no single address that a walk could show"
            : spot.Regime == CasemateRegime.Stage2 ? "the TLB's model has no entries of stage 2"
            : null;
        if (why is not null)
        {
            _found[violation] = LintWitness.Without(violation.Cpu, why);
            return;
        }

        var level = _request.Levels[Math.Min(violation.Cpu, _request.Levels.Count - 1)];
        _open.Add(new(violation, violation.Spot!.Value, level, _memory));
    }

    private void Read(CasemateReader reader, CancellationToken cancellationToken)
    {
        while (_open.Count > 0 && reader.TryRead(out var happened))
        {
            if (reader.Line % 1024 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            _controls.Cpu = happened.Cpu;
            foreach (var one in _open)
                one.Begin(happened.Id, reader.Line);
            Step(happened);
            for (int i = _open.Count - 1; i >= 0; i--)
            {
                if (_open[i].Violation.Line > reader.Line)
                    continue;
                _found[_open[i].Violation] = End(_open[i], happened);
                _open.RemoveAt(i);
            }
        }

        foreach (var left in _open)
            _found[left.Violation] = LintWitness.Without(left.Violation.Cpu, "the trace has ended before it");
    }

    private static LintWitness End(Rehearsal rehearsal, in CasemateEvent happened)
    {
        int cpu = rehearsal.Violation.Cpu;
        if (rehearsal.IsOtherSize)
            return LintWitness.Without(cpu, "the TLB's model has no trees of this size");
        if (!rehearsal.HasLed)
            return LintWitness.Without(cpu, $"the trace does not write {rehearsal.Register.Name()} on CPU {cpu}");
        if (rehearsal.Violation.Spot!.Value.Page is { } page)
        {
            return rehearsal.EntryInto(page) is { } entry ? WitnessStory.OfEntry(rehearsal, entry, page)
                : rehearsal.MayBegin(page) ? WitnessStory.OfRoot(rehearsal, page)
                : LintWitness.Without(cpu, $"performed on its TLB, no entry leads to the page at 0x{page:x}");
        }

        ulong? made = happened.Kind == CasemateEventKind.MemoryWrite ? happened.Address : null;
        return rehearsal.Contradict(made) is { } found ? WitnessStory.Of(rehearsal, found)
            : LintWitness.Without(cpu, "performed on its TLB, no two entries contradict one another"
                + (rehearsal.Violation.Reason.Contains("memory type", StringComparison.Ordinal)
                    ? ", as the model compares AttrIndx and knows no MAIR" : ""));
    }

    private void Step(in CasemateEvent happened)
    {
        int cpu = happened.Cpu;
        switch (happened.Kind)
        {
            case CasemateEventKind.MemoryWrite when (happened.Address & 7) == 0:
                Store(cpu, happened.Address, happened.Value);
                break;
            case CasemateEventKind.MemoryInit or CasemateEventKind.MemorySet:
                ulong value = happened.Kind == CasemateEventKind.MemorySet ? happened.Value : 0;
                if (_memory.Fill(cpu, happened.Address, happened.Size, value, at => Touch(cpu, at, value)))
                    _open.ForEach(one => one.Walk());
                break;
            case CasemateEventKind.Tlbi:
                Issue(cpu, happened);
                break;
            case CasemateEventKind.Dsb:
                foreach (var one in _open)
                    one.Complete(cpu, happened.Dsb);
                _memory.Dsb(cpu, happened.Dsb.Kind);
                break;
            case CasemateEventKind.Isb:
                _controls.Isb();
                foreach (var one in _open.Where(o => o.Violation.Cpu == cpu))
                    one.Isb();
                break;
            case CasemateEventKind.WriteRegister:
                Write(happened.Register, happened.Value);
                break;
            default:
                break;
        }
    }

    private void Store(int cpu, ulong address, ulong value)
    {
        bool touches = Touch(cpu, address, value);
        _memory.Store(cpu, address, value);
        if (!touches)
            return;
        foreach (var one in _open)
        {
            if (one.IsOnPath(address))
                one.Walk();
        }
    }

    private bool Touch(int cpu, ulong address, ulong value)
    {
        bool touches = false;
        foreach (var one in _open)
        {
            if (!one.IsOnPath(address))
                continue;
            one.Store(cpu, address, _memory[address], value);
            touches = true;
        }

        return touches;
    }

    private void Issue(int cpu, in CasemateEvent happened)
    {
        var tlbi = _controls.Direct(happened.Tlbi);
        ulong value = _controls.WithAsid(tlbi, happened.Value);
        foreach (var one in _open)
        {
            if (!tlbi.Reaches(one.Regime) || (cpu != one.Violation.Cpu && !tlbi.Broadcast))
                continue;
            var operand = tlbi.ByAddress ? tlbi.Operand(value, _controls.TcrOf(one.Regime).Operands(false)) : default;
            if (operand is { Span: not null, Granule: null })
                continue;
            one.Issue(cpu, new(happened.Id, tlbi, operand, TlbiOperandFormat.AsidOf(value)));
        }
    }
}
