using System.Text;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>Reads one instruction. An unknown instruction or operand is an error that names the line.</summary>
internal sealed class InstructionReader(LitmusText source, IReadOnlyDictionary<string, int> labels)
{
    private string _text = "";
    private int _line;
    private string[] _operands = [];
    private AccessInstruction? _second;

    /// <summary>Reads one instruction; LDP and STP give two, the lower address first.</summary>
    /// <exception cref="InputException">The instruction is not supported.</exception>
    public IReadOnlyList<Instruction> Read(string text, int line)
    {
        _second = null;
        var first = ReadOne(text, line);
        return _second is null ? [first] : [first, _second];
    }

    private Instruction ReadOne(string text, int line)
    {
        string[] words = text.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
        _line = line;
        _operands = words.Length > 1 ? LitmusOperands.Split(words[1]) : [];
        string mnemonic = words[0].ToUpperInvariant();
        _text = _operands.Length == 0 ? mnemonic : $"{mnemonic} {string.Join(",", _operands)}";
        return mnemonic switch
        {
            "MOV" => Move(),
            "ADD" => Arithmetic(LitmusOperator.Add),
            "SUB" => Arithmetic(LitmusOperator.Sub),
            "SUBS" => Arithmetic(LitmusOperator.Sub, setsFlags: true),
            "AND" => Arithmetic(LitmusOperator.And),
            "ORR" => Arithmetic(LitmusOperator.Or),
            "EOR" => Arithmetic(LitmusOperator.Xor),
            "LSL" => Arithmetic(LitmusOperator.ShiftLeft),
            "LSR" => Arithmetic(LitmusOperator.ShiftRight),
            "CMP" => Compare(),
            "CSEL" => Select(),
            "B" => Branch(null),
            ['B', '.', ..] =>
                Branch(LitmusConditions.Find(mnemonic[2..])
                    ?? throw Expected($"a condition ({LitmusConditions.Names})", mnemonic[2..])),
            "CBZ" or "CBNZ" => CompareBranch(mnemonic == "CBZ"),
            "LDR" => Access(AccessKind.Load, 1, false),
            "LDAPR" => Access(AccessKind.Load, 1, false) with { Acquires = true },
            "LDAR" => Access(AccessKind.Load, 1, true) with { Acquires = true },
            "LDP" => Access(AccessKind.Load, 2, false),
            "STR" => Access(AccessKind.Store, 1, false),
            "STP" => Access(AccessKind.Store, 2, false),
            "STLR" => Access(AccessKind.Store, 1, true),
            "LDADD" or "LDADDA" or "LDADDL" or "LDADDAL" or "SWP" or "SWPA" or "SWPL" or "SWPAL" or "STADD"
                or "STADDL" => Atomic(mnemonic),
            "DMB" or "DSB" => Barrier(),
            "ISB" => new IsbInstruction(line, _text),
            "NOP" => new NopInstruction(line, _text),
            "TLBI" => Tlbi(),
            "MSR" => WriteRoot(),
            _ => throw NotSupported(mnemonic),
        };
    }

    private MoveInstruction Move()
    {
        Count(2);
        var operand = Operand(_operands[1]);
        if (operand.Register is null && ImmediateRange.WhyNoMove(Target(0).Wide, operand.Immediate) is { } what)
            throw Expected(what, _operands[1]);
        return new(_line, _text, Target(0), operand);
    }

    private ArithmeticInstruction Compare()
    {
        Count(2);
        var operand = Operand(_operands[1]);
        OneWidth(Target(0), operand.Register);
        if (operand.Register is null
            && ImmediateRange.WhyNot(LitmusOperator.Sub, Target(0).Wide, operand.Immediate) is { } what)
            throw Expected(what, _operands[1]);
        return new(
            _line, _text, LitmusOperator.Sub, new(31, Target(0).Wide), Target(0), operand, SetsFlags: true);
    }

    private SelectInstruction Select()
    {
        Count(4);
        var condition = LitmusConditions.Find(_operands[3])
            ?? throw Expected($"a condition ({LitmusConditions.Names})", _operands[3]);
        OneWidth(Target(0), Target(1), Target(2));
        return new(_line, _text, Target(0), Target(1), Target(2), condition);
    }

    private BranchInstruction Branch(LitmusComparison? condition)
    {
        Count(1);
        return new(_line, _text, condition, Label(0));
    }

    private CompareBranchInstruction CompareBranch(bool onZero)
    {
        Count(2);
        return new(_line, _text, Target(0), onZero, Label(1));
    }

    private ArithmeticInstruction Arithmetic(LitmusOperator @operator, bool setsFlags = false)
    {
        Count(3);
        var operand = Operand(_operands[2]);
        OneWidth(Target(0), Target(1), operand.Register);
        if (operand.Register is null && ImmediateRange.WhyNot(@operator, Target(0).Wide, operand.Immediate) is { } what)
            throw Expected(what, _operands[2]);
        return new(_line, _text, @operator, Target(0), Target(1), operand, setsFlags);
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
        if (LitmusOperands.Register(parts[0]) is not { Wide: true, IsZero: false } @base)
            throw Expected("a base register X0 to X30", parts[0]);
        if (parts.Length > 3
            || (parts.Length == 3 && parts[2].ToUpperInvariant() is not ("SXTW" or "UXTW" or "SXTX" or "LSL #0")))
            throw Expected("an index without a shift", address);
        var index = parts.Length > 1 ? Operand(parts[1]) : default;
        if (count == 2 && (index.Register is not null || (kind == AccessKind.Load && data[0] == @base)))
            throw Expected("a pair without an index register, and a base that the first load leaves", address);
        if (count == 2)
            _second = new(_line, _text, kind, data[1], @base, index with { Immediate = index.Immediate + 8 }, ordered);
        return new(_line, _text, kind, data[0], @base, index, ordered);
    }

    private AtomicInstruction Atomic(string mnemonic)
    {
        bool stores = mnemonic.StartsWith("ST", StringComparison.Ordinal);
        Count(stores ? 2 : 3);
        string address = _operands[^1];
        if (!address.StartsWith('[') || !address.EndsWith(']')
            || LitmusOperands.Register(address[1..^1].Trim()) is not { Wide: true, IsZero: false } @base)
            throw Expected("an address such as [X1]", address);
        var source = Target(0);
        return new(_line, _text, !mnemonic.StartsWith("SWP", StringComparison.Ordinal), source,
            stores ? new(31, source.Wide) : Target(1), @base, mnemonic.EndsWith('L'))
        {
            Acquires = mnemonic is "LDADDA" or "LDADDAL" or "SWPA" or "SWPAL",
        };
    }

    private Instruction Barrier()
    {
        bool dmb = _text.StartsWith("DMB", StringComparison.Ordinal);
        string option = _operands is [var only] ? only.ToUpperInvariant()
            : throw Expected("one option", string.Join(",", _operands));
        if (DsbOptions.Find(Encoding.UTF8.GetBytes(option.ToLowerInvariant())) is not { } kind)
            throw Expected("SY, LD, ST, ISH, ISHLD, ISHST, OSH…, or NSH…", option);
        return dmb ? new DmbInstruction(_line, _text, kind.Accesses()) : new DsbInstruction(_line, _text, kind);
    }

    private TlbiInstruction Tlbi()
    {
        if (_operands.Length is 0 or > 2)
            throw Expected("an operation and a register", string.Join(",", _operands));
        string operation = _operands[0].ToUpperInvariant();
        if (TlbiNames.Find(operation.ToLowerInvariant()) is not (var scope, var broadcast, false))
            throw NotSupported($"TLBI {operation}");
        bool byRegister = scope != TlbiScope.All;
        if (byRegister != (_operands.Length == 2))
            throw Expected(
                byRegister ? "a register with an address >> 12" : "no register", string.Join(",", _operands.Skip(1)));
        return new(_line, _text, scope, broadcast, byRegister ? Target(1) : null);
    }

    private WriteRootInstruction WriteRoot()
    {
        Count(2);
        if (!_operands[0].Equals("TTBR1_EL1", StringComparison.OrdinalIgnoreCase))
            throw NotSupported($"MSR {_operands[0]}");
        return new(_line, _text, Target(1));
    }

    // No data-processing instruction without an extension (UXTW …) takes X and W registers together.
    private void OneWidth(params ReadOnlySpan<LitmusRegister?> registers)
    {
        foreach (var register in registers)
        {
            if (register is { } other && other.Wide != registers[0]!.Value.Wide)
                throw Expected("registers of one width", other.ToString());
        }
    }

    private LitmusRegister Target(int operand) =>
        LitmusOperands.Register(_operands[operand]) ?? throw Expected("a register", _operands[operand]);

    private LitmusOperand Operand(string text)
    {
        if (LitmusOperands.Register(text) is { } register)
            return new(register, 0);
        return LitmusNumber.TryParse(text.TrimStart('#').Trim(), out long number)
            ? new(null, number) : throw Expected("a register or a number", text);
    }

    private int Label(int operand) =>
        labels.TryGetValue(_operands[operand], out int at)
            ? at : throw Expected("a label of this CPU", _operands[operand]);

    private void Count(int expected)
    {
        if (_operands.Length != expected)
            throw source.Error(
                _line, $"expected {expected} operands of {_text.Split(' ')[0]}, found {_operands.Length} in {_text}");
    }

    private InputException Expected(string what, string found) =>
        source.Error(_line, $"expected {what} in {_text}, found {(found.Length > 0 ? found : "none")}");

    private InputException NotSupported(string what) =>
        source.Error(
            _line, $"expected an instruction that is supported (docs/litmus.md lists them), found {what} in {_text}");
}
