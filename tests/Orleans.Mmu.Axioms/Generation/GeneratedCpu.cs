using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Generation;

/// <summary>
/// A CPU that is being written. X0 to X7 hold addresses, X8 and X9 page numbers, X10 to X15 descriptors; X16 and up are
/// free: what is loaded, what is stored, what carries a dependency.
/// </summary>
internal sealed class GeneratedCpu(int number)
{
    private readonly List<Step> _steps = [];
    private readonly Dictionary<string, int> _labels = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Value> _registers = [];
    private int _nextFree = 16;
    private int? _handlerAt;

    public List<(int Cpu, int Register)> Loaded { get; } = [];

    public List<FaultAtom> Faults { get; } = [];

    /// <summary>The register that the last returning load has filled.</summary>
    public Register? Last { get; set; }

    public int Number => number;

    public void Add(Step step) => _steps.Add(step);

    public Register Free(bool narrow)
    {
        if (_nextFree > 30)
            throw new NotExpressibleException("more _registers than a CPU has");
        return new Register(_nextFree++, narrow);
    }

    /// <summary>A register that holds an address or a descriptor before the test begins.</summary>
    public Register Holding(Value value)
    {
        foreach (var (register, held) in _registers)
        {
            if (held == value)
                return new Register(register);
        }
        var first = value is Value.Entry ? 10 : 0;
        while (_registers.ContainsKey(first))
            first++;
        _registers[first] = value;
        return new Register(first);
    }

    /// <summary>Names the next step; a fault there is observed.</summary>
    public void MayFault(string page)
    {
        var label = _labels.FirstOrDefault(each => each.Value == _steps.Count).Key ?? $"L{_labels.Count}";
        _labels[label] = _steps.Count;
        Faults.Add(new FaultAtom(number, label, page, null));
    }

    public void Label(string label) => _labels[label] = _steps.Count;

    /// <summary>What is written from now on is the handler.</summary>
    public void BeginHandler() => _handlerAt = _steps.Count;

    public string NewLabel() => $"N{_steps.Count}";

    public void HasLoaded(Register register)
    {
        Last = register;
        Loaded.Add((number, register.Number));
    }

    public Cpu Finish(bool accessed, bool dirty) =>
        new(_steps, _labels, _registers, _handlerAt, accessed, dirty);
}
