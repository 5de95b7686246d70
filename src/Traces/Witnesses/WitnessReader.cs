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
    private readonly HashSet<(int Cpu, CasemateRegime Regime)> _hasMair = [];
    private readonly Dictionary<int, SeenVmid> _vmids = [];

    // The line of each CPU's last DSB or ISB.
    private readonly Dictionary<int, long> _lastBarrier = [];
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

    private void Read(CasemateReader reader, CancellationToken cancellationToken)
    {
        while (_open.Count > 0 && reader.TryRead(out var happened))
        {
            if (reader.Line % 1024 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            _controls.Cpu = happened.Cpu;
            foreach (var one in _open)
                one.Begin(happened.Id, reader.Line);
            Step(happened, reader.Line);
            for (int i = _open.Count - 1; i >= 0; i--)
            {
                var one = _open[i];
                if (!one.IsDue(reader.Line))
                    continue;
                var witness = End(one);
                // A CPU whose walks are off, or whose register leads elsewhere, may fail when it returns.
                if (witness.NotShown is not null && one.NotYet is null)
                    one.TryReturn(() => Shown(one));
                one.NotYet ??= witness;
                if (witness.NotShown is not null && one.Registers.HasLed
                    && (one.Returns is not null || one.Violation.Spot!.Value.Page is null))
                    continue;
                _found[one.Violation] = witness;
                _open.RemoveAt(i);
            }
        }

        foreach (var left in _open)
        {
            _found[left.Violation] =
                left.WitnessOfReturn ?? left.NotYet
                    ?? LintWitness.Without(left.Violation.Cpu, "the trace has ended before it");
        }
    }

    private void Step(in CasemateEvent happened, long line)
    {
        int cpu = happened.Cpu;
        switch (happened.Kind)
        {
            case CasemateEventKind.MemoryWrite when (happened.Address & 7) == 0:
                Store(cpu, happened, line);
                break;
            case CasemateEventKind.MemoryInit or CasemateEventKind.MemorySet:
                ulong value = happened.Kind == CasemateEventKind.MemorySet ? happened.Value : 0;
                if (_memory.Fill(
                    cpu, happened.Address, happened.Size, value, new(line, happened.Id), at => Touch(cpu, at, value)))
                    _open.ForEach(one => one.Walk());
                Run(cpu);
                break;
            case CasemateEventKind.Tlbi:
                Issue(cpu, happened);
                break;
            case CasemateEventKind.Dsb:
                foreach (var one in _open)
                    one.Complete(cpu, happened.Dsb);
                _memory.Dsb(cpu, happened.Dsb.Kind);
                _open.ForEach(one => one.See());
                _lastBarrier[cpu] = line;
                break;
            case CasemateEventKind.Isb:
                _controls.Isb();
                VmidOf(cpu).Isb();
                _lastBarrier[cpu] = line;
                foreach (var one in _open.Where(o => o.Violation.Cpu == cpu))
                    one.Isb();
                break;
            case CasemateEventKind.WriteRegister:
                Write(happened.Register, happened.Value);
                break;
            case CasemateEventKind.Lock or CasemateEventKind.TryLock or CasemateEventKind.Unlock:
                _memory.Lock(cpu, happened.Address, takes: happened.Kind != CasemateEventKind.Unlock);
                break;
            default:
                break;
        }
    }

    private void Store(int cpu, in CasemateEvent happened, long line)
    {
        ulong address = happened.Address;
        bool touches = Touch(cpu, address, happened.Value);
        _memory.Store(cpu, address, happened.Value, happened.Release, new(line, happened.Id));
        foreach (var one in _open)
        {
            if (touches && one.IsOnPath(address))
                one.Walk();
        }

        Run(cpu);
    }

    // A CPU that stores runs under its VMID.
    private void Run(int cpu)
    {
        foreach (var one in _open)
        {
            if (one.Violation.Cpu == cpu)
                one.Run();
        }
    }

    private SeenVmid VmidOf(int cpu)
    {
        if (!_vmids.TryGetValue(cpu, out var vmid))
            _vmids[cpu] = vmid = new();
        return vmid;
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
        bool ofVmid = !tlbi.AllVmids && ((tlbi.El1 && !_controls.IsHost) || tlbi.Stage2);
        var vmid = ofVmid ? VmidOf(cpu).OfTlbis : default;
        foreach (var one in _open)
        {
            bool reaches = tlbi.Reaches(one.Regime) || (one.Regime == CasemateRegime.Stage2 && tlbi.Combined);
            if (!reaches || (cpu != one.Violation.Cpu && !tlbi.Broadcast))
                continue;
            bool isStage2 = one.Regime == CasemateRegime.Stage2;
            var operand = tlbi.ByAddress
                ? tlbi.Operand(value, _controls.TcrOf(one.Regime).Operands(isStage2)) : default;
            one.Issue(new(
                happened.Id, cpu, tlbi, operand, TlbiOperandFormat.AsidOf(value), vmid,
                _lastBarrier.GetValueOrDefault(cpu)));
        }
    }
}
