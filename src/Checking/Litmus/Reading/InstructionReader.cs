using System.Globalization;
using Orleans.Mmu.Arm;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Checking;

/// <summary>Reads one instruction. What is not known is said with its line, never guessed.</summary>
internal sealed class InstructionReader(LitmusText source, IReadOnlyDictionary<string, int> labels)
{
    private static readonly Dictionary<string, LitmusComparison> Conditions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["EQ"] = LitmusComparison.Equal, ["NE"] = LitmusComparison.NotEqual, ["LT"] = LitmusComparison.SignedLess,
        ["LE"] = LitmusComparison.SignedLessOrEqual, ["GT"] = LitmusComparison.SignedGreater, ["GE"] = LitmusComparison.SignedGreaterOrEqual,
        ["LO"] = LitmusComparison.Lower, ["CC"] = LitmusComparison.Lower, ["LS"] = LitmusComparison.LowerOrSame,
        ["HI"] = LitmusComparison.Higher, ["HS"] = LitmusComparison.HigherOrSame, ["CS"] = LitmusComparison.HigherOrSame,
    };

    private string _text = "";
    private int _line;
    private string[] _operands = [];

    /// <summary>Whether a text can be a label.</summary>
    public static bool IsLabel(string text) =>
        text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] == '_') && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.');

    /// <summary>A general register, or null.</summary>
    public static LitmusRegister? Register(string text)
    {
        if (text.Length < 2 || text[0] is not ('X' or 'x' or 'W' or 'w'))
            return null;
        bool wide = text[0] is 'X' or 'x';
        if (text[1..].Equals("ZR", StringComparison.OrdinalIgnoreCase))
            return new(31, wide);
        return int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= 30 ? new(number, wide) : null;
    }

    /// <exception cref="InputException">It is not an instruction that is supported.</exception>
    public Instruction Read(string text, int line)
    {
        string[] words = text.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
        _line = line;
        _operands = words.Length > 1 ? Split(words[1]) : [];
        string mnemonic = words[0].ToUpperInvariant();
        _text = _operands.Length == 0 ? mnemonic : $"{mnemonic} {string.Join(",", _operands)}";
        return mnemonic switch
        {
            "MOV" => Count(2) is var _ ? new MoveInstruction(line, _text, Target(0), Operand(1)) : null!,
            "ADD" => Arithmetic(LitmusOperator.Add),
            "SUB" => Arithmetic(LitmusOperator.Sub),
            "SUBS" => Arithmetic(LitmusOperator.Sub, setsFlags: true),
            "AND" => Arithmetic(LitmusOperator.And),
            "ORR" => Arithmetic(LitmusOperator.Or),
            "EOR" => Arithmetic(LitmusOperator.Xor),
            "LSL" => Arithmetic(LitmusOperator.ShiftLeft),
            "LSR" => Arithmetic(LitmusOperator.ShiftRight),
            "CMP" => Count(2) is var _ ? new ArithmeticInstruction(line, _text, LitmusOperator.Sub, new(31, Target(0).Wide), Target(0), Operand(1), true) : null!,
            "CSEL" => Count(4) is var _ ? new SelectInstruction(line, _text, Target(0), Target(1), Target(2), Condition(_operands[3])) : null!,
            "B" => Count(1) is var _ ? new BranchInstruction(line, _text, null, Label(0)) : null!,
            _ when mnemonic.StartsWith("B.", StringComparison.Ordinal) => Count(1) is var _ ? new BranchInstruction(line, _text, Condition(mnemonic[2..]), Label(0)) : null!,
            "CBZ" or "CBNZ" => Count(2) is var _ ? new CompareBranchInstruction(line, _text, Target(0), mnemonic == "CBZ", Label(1)) : null!,
            "LDR" => Access(AccessKind.Load, 1, false),
            "LDAR" or "LDAPR" => Access(AccessKind.Load, 1, true),
            "LDP" => Access(AccessKind.Load, 2, false),
            "STR" => Access(AccessKind.Store, 1, false),
            "STP" => Access(AccessKind.Store, 2, false),
            "STLR" => Access(AccessKind.Store, 1, true),
            "LDADD" or "LDADDA" or "LDADDL" or "LDADDAL" or "SWP" or "SWPA" or "SWPL" or "SWPAL" => Atomic(mnemonic),
            "STADD" or "STADDL" => Atomic(mnemonic),
            "DMB" => Barrier(),
            "DSB" => Barrier(),
            "ISB" => new IsbInstruction(line, _text),
            "NOP" => new NopInstruction(line, _text),
            "TLBI" => Tlbi(),
            "MSR" => WriteRoot(),
            _ => throw NotSupported(mnemonic),
        };
    }

    private ArithmeticInstruction Arithmetic(LitmusOperator @operator, bool setsFlags = false)
    {
        Count(3);
        return new(_line, _text, @operator, Target(0), Target(1), Operand(2), setsFlags);
    }

    private AccessInstruction Access(AccessKind kind, int count, bool ordered)
    {
        Count(count + 1);
        var data = Enumerable.Range(0, count).Select(Target).ToArray();
        if (count == 2 && data.Any(r => !r.Wide))
            throw Expected("a pair of X registers", _operands[0]);
        string address = _operands[count];
        if (!address.StartsWith('[') || !address.EndsWith(']'))
            throw Expected("an address such as [X1]", address);
        string[] parts = address[1..^1].Split(',', StringSplitOptions.TrimEntries);
        if (Register(parts[0]) is not { Wide: true, IsZero: false } @base)
            throw Expected("a base register X0 to X30", parts[0]);
        if (parts.Length > 3 || (parts.Length == 3 && parts[2].ToUpperInvariant() is not ("SXTW" or "UXTW" or "SXTX" or "LSL #0")))
            throw Expected("an index without a shift", address);
        return new(_line, _text, kind, data, @base, parts.Length > 1 ? Operand(parts[1]) : default, ordered);
    }

    private AtomicInstruction Atomic(string mnemonic)
    {
        bool stores = mnemonic.StartsWith("ST", StringComparison.Ordinal);
        Count(stores ? 2 : 3);
        string address = _operands[^1];
        if (!address.StartsWith('[') || !address.EndsWith(']') || Register(address[1..^1].Trim()) is not { Wide: true, IsZero: false } @base)
            throw Expected("an address such as [X1]", address);
        var source = Target(0);
        return new(_line, _text, !mnemonic.StartsWith("SWP", StringComparison.Ordinal), source,
            stores ? new(31, source.Wide) : Target(1), @base, mnemonic.EndsWith('L'));
    }

    private Instruction Barrier()
    {
        bool dmb = _text.StartsWith("DMB", StringComparison.Ordinal);
        string option = _operands is [var only] ? only.ToUpperInvariant() : throw Expected("one option", string.Join(",", _operands));
        var accesses = option.EndsWith("LD", StringComparison.Ordinal) ? BarrierAccesses.Loads
            : option.EndsWith("ST", StringComparison.Ordinal) ? BarrierAccesses.Stores : BarrierAccesses.All;
        string domain = accesses == BarrierAccesses.All ? option : option[..^2];
        if (domain is not ("SY" or "ISH" or "OSH" or "NSH" or "") || (domain is "SY" && accesses != BarrierAccesses.All))
            throw Expected("SY, LD, ST, ISH, ISHLD, ISHST, OSH…, or NSH…", option);
        return dmb ? new DmbInstruction(_line, _text, accesses)
            : new DsbInstruction(_line, _text, accesses, domain == "NSH" ? DsbKind.Nsh : domain == "ISH" ? DsbKind.Ish : DsbKind.Sy);
    }

    private TlbiInstruction Tlbi()
    {
        if (_operands.Length is 0 or > 2)
            throw Expected("an operation and a register", string.Join(",", _operands));
        string operation = _operands[0].ToUpperInvariant();
        bool broadcast = operation.EndsWith("IS", StringComparison.Ordinal) || operation.EndsWith("OS", StringComparison.Ordinal);
        TlbiScope scope = (broadcast ? operation[..^2] : operation) switch
        {
            "VMALLE1" => TlbiScope.All,
            "VAE1" => TlbiScope.Va,
            "VAAE1" => TlbiScope.VaAllAsids,
            "VALE1" => TlbiScope.VaLastLevel,
            "VAALE1" => TlbiScope.VaAllAsidsLastLevel,
            "ASIDE1" => TlbiScope.Asid,
            _ => throw NotSupported($"TLBI {operation}"),
        };
        bool byRegister = scope != TlbiScope.All;
        if (byRegister != (_operands.Length == 2))
            throw Expected(byRegister ? "a register with an address >> 12" : "no register", string.Join(",", _operands.Skip(1)));
        return new(_line, _text, scope, broadcast, byRegister ? Target(1) : null);
    }

    private WriteRootInstruction WriteRoot()
    {
        Count(2);
        if (!_operands[0].Equals("TTBR1_EL1", StringComparison.OrdinalIgnoreCase))
            throw NotSupported($"MSR {_operands[0]}");
        return new(_line, _text, Target(1));
    }

    private LitmusRegister Target(int operand) => Register(_operands[operand]) ?? throw Expected("a register", _operands[operand]);

    private LitmusOperand Operand(int operand) => Operand(_operands[operand]);

    private LitmusOperand Operand(string text)
    {
        if (Register(text) is { } register)
            return new(register, 0);
        return LitmusNumber.TryParse(text.TrimStart('#').Trim(), out long number) ? new(null, number) : throw Expected("a register or a number", text);
    }

    private LitmusComparison Condition(string text) =>
        Conditions.TryGetValue(text, out var condition) ? condition : throw Expected($"a condition ({string.Join(", ", Conditions.Keys)})", text);

    private int Label(int operand) =>
        labels.TryGetValue(_operands[operand], out int at) ? at : throw Expected("a label of this CPU", _operands[operand]);

    private int Count(int expected) =>
        _operands.Length == expected ? expected : throw source.Error(_line, $"expected {expected} operands of {_text.Split(' ')[0]}, found {_operands.Length} in {_text}");

    private InputException Expected(string what, string found) => source.Error(_line, $"expected {what} in {_text}, found {(found.Length > 0 ? found : "none")}");

    private InputException NotSupported(string what) => source.Error(_line, $"expected an instruction that is supported (docs/litmus.md lists them), found {what} in {_text}");

    // Commas inside brackets belong to an address.
    private static string[] Split(string text)
    {
        var operands = new List<string>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                operands.Add(string.Concat(text[start..i].Where((c, at) => !char.IsWhiteSpace(c))));
                start = i + 1;
            }
            else if (text[i] is '[' or ']')
            {
                depth += text[i] == '[' ? 1 : -1;
            }
        }

        return [.. operands];
    }
}
