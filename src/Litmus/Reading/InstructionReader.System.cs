using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>System registers, exceptions and addresses of instructions.</summary>
internal sealed partial class InstructionReader
{
    private const string Link = "ELR_EL1";

    private Instruction WriteSystemRegister()
    {
        Count(2);
        return _operands[0].ToUpperInvariant() switch
        {
            "TTBR1_EL1" => new WriteRootInstruction(_line, _text, Target(1)),
            Link => new WriteLinkInstruction(_line, _text, Target(1)),
            _ => throw NotSupported($"MSR {_operands[0]}"),
        };
    }

    private Instruction ReadSystemRegister()
    {
        Count(2);
        return _operands[1].ToUpperInvariant() switch
        {
            Link => new ReadLinkInstruction(_line, _text, Target(0)),
            "PAR_EL1" => new ReadTranslationInstruction(_line, _text, Target(0)),
            _ => throw NotSupported($"MRS {_operands[1]}"),
        };
    }

    private TranslateInstruction Translate()
    {
        Count(2);
        string operation = _operands[0].ToUpperInvariant();
        if (operation is not ("S1E0R" or "S1E0W" or "S1E1R" or "S1E1W"))
            throw NotSupported($"AT {operation}");
        return new(
            _line, _text, operation.EndsWith('W') ? AccessKind.Store : AccessKind.Load, operation[3] == '0',
            Target(1));
    }

    private AddressInstruction AddressOf()
    {
        Count(2);
        return new(_line, _text, Target(0), Label(1));
    }

    private ExceptionInstruction Exception(bool isUndefined)
    {
        Count(1);
        return LitmusNumber.TryParse(_operands[0].TrimStart('#'), out long number) && number is >= 0 and <= 0xffff
            ? new(_line, _text, isUndefined) : throw Expected("a number from 0 to 65535", _operands[0]);
    }
}
