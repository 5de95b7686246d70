using System.Text;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>
/// Instructions that access memory or order it: loads, stores, barriers and TLBIs.
/// </summary>
internal sealed partial class InstructionReader
{
    private AccessInstruction Access(AccessKind kind)
    {
        Count(2);
        var (@base, index, modifier) = Address(_operands[1]);
        if (index.Register is null && ImmediateRange.WhyNoOffset(Target(0).Wide, index.Immediate) is { } what)
            throw Expected(what, _operands[1]);
        int size = Target(0).Wide ? 3 : 2;
        if (modifier.Shift != 0 && modifier.Shift != size)
            throw Expected($"an index without a shift, or one by {size}", _operands[1]);
        return new(_line, _text, kind, Target(0), @base, index, Ordered: false)
        {
            IndexShift = modifier.Shift,
            IndexExtension = modifier.Extension,
        };
    }

    // LDUR, STUR, LDAPUR, STLUR: an offset of 9 bits.
    private AccessInstruction Unscaled(AccessKind kind)
    {
        Count(2);
        var (@base, index, _) = Address(_operands[1]);
        return index is { Register: null, Immediate: >= -256 and <= 255 }
            ? new(_line, _text, kind, Target(0), @base, index, Ordered: false)
            : throw Expected("an offset from -256 to 255", _operands[1]);
    }

    // LDAR, LDAPR, STLR: the address is a base register alone.
    private AccessInstruction WithoutIndex(AccessKind kind, bool ordered)
    {
        Count(2);
        return new(_line, _text, kind, Target(0), Base(), default, ordered);
    }

    private AccessInstruction Pair(AccessKind kind)
    {
        Count(3);
        LitmusRegister first = Target(0), second = Target(1);
        if (!first.Wide || !second.Wide)
            throw Expected("a pair of X registers", _operands[first.Wide ? 1 : 0]);
        // CONSTRAINED UNPREDICTABLE.
        if (kind == AccessKind.Load && first == second)
            throw Expected("two registers that differ", _operands[1]);
        string address = _operands[2];
        var (@base, index, _) = Address(address);
        if (index.Register is not null || (kind == AccessKind.Load && first == @base))
            throw Expected("a pair without an index register, and a base that the first load leaves", address);
        if (ImmediateRange.WhyNoPairOffset(index.Immediate) is { } what)
            throw Expected(what, address);
        _second = new(
            _line, _text, kind, second, @base, index with { Immediate = index.Immediate + 8 }, Ordered: false)
        {
            IsSecond = true,
        };
        return new(_line, _text, kind, first, @base, index, Ordered: false);
    }

    // [X1], [X1,#8], [X1,X2], [X1,X2,LSL #3], [X1,W2,SXTW], [X1,W2,SXTW #2].
    private (LitmusRegister Base, LitmusOperand Index, (LitmusExtension Extension, int Shift) Modifier) Address(
        string address)
    {
        if (!address.StartsWith('[') || !address.EndsWith(']'))
            throw Expected("an address such as [X1]", address);
        string[] parts = address[1..^1].Split(',');
        if (LitmusOperands.Register(parts[0]) is not { Wide: true, IsZero: false } @base)
            throw Expected("a base register X0 to X30", parts[0]);
        if (parts.Length == 1)
            return (@base, default, default);
        var index = Operand(parts[1]);
        if (parts.Length == 2 && index.Register is { Wide: false })
            throw Expected("an X register, or a W register with SXTW or UXTW", address);
        if (parts.Length == 2)
            return (@base, index, default);
        string name = new([.. parts[2].ToUpperInvariant().TakeWhile(char.IsAsciiLetter)]);
        string amount = parts[2][name.Length..].TrimStart('#');
        long shift = 0;
        if (parts.Length > 3 || index.Register is not { } register || name is not ("SXTW" or "UXTW" or "SXTX" or "LSL")
            || (amount.Length > 0 ? !LitmusNumber.TryParse(amount, out shift) || shift is < 0 or > 3 : name == "LSL"))
            throw Expected("an index register with SXTW, UXTW, SXTX or LSL", address);
        if (register.Wide == name is "SXTW" or "UXTW")
            throw Expected(
                register.Wide ? "a W register to extend" : "an X register, or a W register with SXTW or UXTW", address);
        return (@base, index, (ExtensionOf(name), (int)shift));
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

    // ISB, ISB SY, ISB #15.
    private IsbInstruction Synchronization()
    {
        bool isKnown = _operands switch
        {
            [] => true,
            [var only] => only.Equals("SY", StringComparison.OrdinalIgnoreCase)
                || (LitmusNumber.TryParse(only.TrimStart('#'), out long number) && number is >= 0 and <= 15),
            _ => false,
        };
        return isKnown ? new(_line, _text)
            : throw Expected("SY or a number from 0 to 15", string.Join(",", _operands));
    }

    private TlbiInstruction Tlbi()
    {
        if (_operands.Length is 0 or > 2)
            throw Expected("an operation and a register", string.Join(",", _operands));
        string operation = _operands[0].ToUpperInvariant();
        if (TlbiNames.Find(operation.ToLowerInvariant()) is not (var scope, var broadcast, var isRange))
            throw NotSupported($"TLBI {operation}");
        bool byRegister = scope != TlbiScope.All;
        if (byRegister != (_operands.Length == 2))
            throw Expected(
                byRegister ? "a register with an address >> 12" : "no register", string.Join(",", _operands.Skip(1)));
        return new(_line, _text, scope, broadcast, byRegister ? Target(1) : null) { IsRange = isRange };
    }
}
