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
            _second = new(_line, _text, kind, data[1], @base, index with { Immediate = index.Immediate + 8 }, ordered)
            {
                IsSecond = true,
            };
        return new(_line, _text, kind, data[0], @base, index, ordered);
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
}
