using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Events;

/// <summary>A CPU in the middle of its program: what the rest of the way starts from.</summary>
internal sealed class CpuState
{
    private readonly Value[] _registers;
    private readonly Taint[] _taints;

    public CpuState(IReadOnlyDictionary<int, Value> initial)
    {
        _registers = [.. Enumerable.Range(0, 32).Select(register => initial.GetValueOrDefault(register, Value.Zero))];
        _taints = new Taint[32];
        Events = [];
        Faults = [];
    }

    private CpuState(CpuState from)
    {
        _registers = [.. from._registers];
        _taints = [.. from._taints];
        Events = [.. from.Events];
        Faults = [.. from.Faults];
        Next = from.Next;
        Steps = from.Steps;
        Equal = from.Equal;
        EqualTaint = from.EqualTaint;
        Branches = from.Branches;
        Reserved = from.Reserved;
        ReturnTo = from.ReturnTo;
        InHandler = from.InHandler;
    }

    public List<Event> Events { get; }

    public List<TakenFault> Faults { get; }

    /// <summary>The index of the next step.</summary>
    public int Next { get; set; }

    /// <summary>How many steps have run: a CPU that loops is given up.</summary>
    public int Steps { get; set; }

    public bool Equal { get; set; }

    public Taint EqualTaint { get; set; }

    /// <summary>What the branches so far depended on.</summary>
    public Taint Branches { get; set; }

    /// <summary>The index of the read of the last load exclusive that no store exclusive has used.</summary>
    public int? Reserved { get; set; }

    /// <summary>ELR_EL1, and where it came from.</summary>
    public (Value Value, Taint Taint) ReturnTo { get; set; } = (Value.Zero, Taint.None);

    public bool InHandler { get; set; }

    public IReadOnlyList<Value> Registers => _registers;

    public CpuState Copy() => new(this);

    public (Value Value, Taint Taint) this[Register register] =>
        register.IsZero ? (Value.Zero, Taint.None)
        : register.Narrow ? (Narrowed(_registers[register.Number]), _taints[register.Number])
        : (_registers[register.Number], _taints[register.Number]);

    public (Value Value, Taint Taint) this[Operand operand] => operand switch
    {
        Operand.Of of => this[of.Register],
        Operand.Immediate immediate => (new Value.Number(immediate.Number), Taint.None),
        _ => throw new NotExpressibleException($"operand {operand}"),
    };

    public void Set(Register register, Value value, Taint taint)
    {
        if (register.IsZero)
            return;
        _registers[register.Number] = register.Narrow ? Narrowed(value) : value;
        _taints[register.Number] = taint;
    }

    public static Value Narrowed(Value value) =>
        value is Value.Number number ? new Value.Number((int)number.Bits) : value;
}
