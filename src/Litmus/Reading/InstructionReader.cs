using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>Reads one instruction. An unknown instruction or operand is an error that names the line.</summary>
internal sealed partial class InstructionReader(LitmusText source, IReadOnlyDictionary<string, int> labels)
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
