using System.Globalization;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>Reads the initial contents of memory, registers and table words, between { and }.</summary>
internal sealed partial class InitReader(LitmusText source, LitmusNames names)
{
    private static readonly (string Name, NumberType Type)[] TypeNames =
    [
        ("pteval_t", NumberType.Signed64), ("intptr_t", NumberType.Signed64), ("int64_t", NumberType.Signed64),
        ("uint64_t", NumberType.Unsigned64), ("int32_t", NumberType.Signed32), ("uint32_t", NumberType.Unsigned32),
        ("int", NumberType.Signed32),
    ];

    private NumberType? _type;

    private readonly DescriptorReader _descriptors = new(source, names);

    public Dictionary<(int Cpu, int Register), LitmusValue> Registers { get; } = [];

    /// <summary>What cells of memory hold, as <see cref="LitmusTest.Cells"/>.</summary>
    public Dictionary<int, LitmusValue> Cells { get; } = [];

    public Dictionary<int, int> TableWords { get; } = [];

    public Dictionary<int, LitmusRoot> Roots { get; } = [];

    /// <summary>Declared number types; all others are int.</summary>
    public Dictionary<LitmusObservable, NumberType> Types { get; } = [];

    /// <summary>CPUs that are named, each with its line.</summary>
    public List<(int Cpu, int Line)> Cpus { get; } = [];

    /// <summary>Pmds that are given a value, each with its line.</summary>
    public List<(int Word, int Line)> Pmds { get; } = [];

    public void Read()
    {
        if (!source.Take("{"))
            throw source.Expected("{ and what memory and registers hold at first");
        for (; ; )
        {
            if (source.Take(";"))
                continue;
            if (source.Take("}"))
                return;
            ReadOne();
            source.SkipBlanks();
            if (source.Next is not (';' or '}'))
                throw source.Expected("; or }");
        }
    }

    private void ReadOne()
    {
        _type = null;
        foreach (var (name, type) in TypeNames)
        {
            if (!source.TakeWord(name))
                continue;
            _type = source.Take("*") ? NumberType.Signed64 : type;
            break;
        }

        source.SkipBlanks();
        int line = source.Line;
        if (source.Take("["))
        {
            ReadWord(source.Word(), line, bracketed: true);
            return;
        }

        string word = source.Word();
        if (word.Length == 0)
            throw source.Expected("a register (0:X1=…), a page (x=1) or a table word ([PTE(x)]=…)");
        if (source.Take(":"))
            ReadRegister(word, line);
        else
            ReadWord(word, line, bracketed: false);
    }

    private void ReadRegister(string cpuName, int line)
    {
        string digits = cpuName.StartsWith('P') ? cpuName[1..] : cpuName;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int cpu))
            throw source.Error(line, $"expected a CPU such as 0 or P0 before :, found {cpuName}");
        Cpus.Add((cpu, line));
        string name = source.Word();
        if (name.Equals("TTBR1_EL1", StringComparison.OrdinalIgnoreCase))
        {
            Equals();
            var root = _descriptors.Value();
            if (root.Kind != LitmusValueKind.Root || !Roots.TryAdd(cpu, (LitmusRoot)root.Bits))
                throw source.Error(
                    line, $"expected one value such as (root:reserved) for TTBR1_EL1 of P{cpu}, found " +
                    $"{names.Text(root)}");
            return;
        }

        if (LitmusOperands.Register(name) is not { IsZero: false } register)
            throw source.Error(
                line, $"expected a register X0 to X30, found {(name.Length > 0 ? name : source.Found())}");
        if (_type is { } type)
            Types[new(LitmusObservableKind.Register, cpu, register.Number)] = type;
        // A register that is declared without a value holds 0.
        source.SkipBlanks();
        if (_type is not null && source.Next is ';' or '}')
            return;
        Equals();
        if (!Registers.TryAdd((cpu, register.Number), _descriptors.Value()))
            throw source.Error(line, $"expected one value for {register} of P{cpu}, found a second");
    }

    private void Equals()
    {
        if (!source.Take("="))
            throw source.Expected("=");
    }
}
