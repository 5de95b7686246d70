using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Generation;

/// <summary>
/// A CPU that is being written. X0 to X7 hold addresses, X8 and X9 page numbers, X10 to X15 descriptors; X16 and up are
/// free: what is loaded, what is stored, what carries a dependency.
/// </summary>
internal sealed class GeneratedCpu(int number)
{
    private readonly List<Step> steps = [];
    private readonly Dictionary<string, int> labels = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Value> registers = [];
    private int nextFree = 16;
    private int? handlerAt;

    public List<(int Cpu, int Register)> Loaded { get; } = [];

    public List<FaultAtom> Faults { get; } = [];

    /// <summary>The register that the last returning load has filled.</summary>
    public Register? Last { get; set; }

    public int Number => number;

    public void Add(Step step) => steps.Add(step);

    public Register Free(bool narrow)
    {
        if (nextFree > 30)
            throw new NotExpressibleException("more registers than a CPU has");
        return new Register(nextFree++, narrow);
    }

    /// <summary>A register that holds an address or a descriptor before the test begins.</summary>
    public Register Holding(Value value)
    {
        foreach (var (register, held) in registers)
        {
            if (held == value)
                return new Register(register);
        }
        var first = value is Value.Entry ? 10 : 0;
        while (registers.ContainsKey(first))
            first++;
        registers[first] = value;
        return new Register(first);
    }

    /// <summary>Names the next step; a fault there is observed.</summary>
    public void MayFault(string page)
    {
        var label = labels.FirstOrDefault(each => each.Value == steps.Count).Key ?? $"L{labels.Count}";
        labels[label] = steps.Count;
        Faults.Add(new FaultAtom(number, label, page, null));
    }

    public void Label(string label) => labels[label] = steps.Count;

    /// <summary>What is written from now on is the handler.</summary>
    public void BeginHandler() => handlerAt = steps.Count;

    public string NewLabel() => $"N{steps.Count}";

    public void HasLoaded(Register register)
    {
        Last = register;
        Loaded.Add((number, register.Number));
    }

    public Cpu Finish(bool accessed, bool dirty) =>
        new(steps, labels, registers, handlerAt, accessed, dirty);
}
