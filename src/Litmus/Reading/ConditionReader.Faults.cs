using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>Faults and conflicts, as locations and conditions name them.</summary>
internal sealed partial class ConditionReader
{
    private FaultAtom? Fault()
    {
        bool conflict = false;
        if (!source.TakeWord("fault") && !source.TakeWord("Fault"))
        {
            if (!source.TakeWord("conflict") && !source.TakeWord("Conflict"))
                return null;
            conflict = true;
        }

        if (!source.Take("("))
            throw source.Expected("(");
        int line = source.Line;
        int cpu = Cpu(source.Word(), line);
        string? label = source.Take(":") ? source.Word() : null;
        if (label is not null && (cpu >= labels.Length || !labels[cpu].Contains(label)))
            throw source.Error(line, $"expected a label of P{cpu}, found {label}");
        LitmusValue? place = null;
        string? type = null;
        while (source.Take(","))
        {
            string word = source.Word();
            if (word is "SupervisorCall" or "UndefinedInstruction")
                type = word;
            else if (word is "MMU" or "TagCheck" or "D" or "I" || source.Next is ':' or '-')
                type = FaultType(line, word);
            else if (_descriptors.TableWord(word) is { } tableWord)
                place = LitmusValue.TableWord(tableWord);
            else
                place = word.Length > 0 && !char.IsAsciiDigit(word[0])
                    ? LitmusValue.Address(_descriptors.Page(word)) : throw source.Expected("the name of a page");
        }

        return source.Take(")") ? new FaultAtom(conflict, cpu, label, place, type) : throw source.Expected(")");
    }

    // The type of a fault, such as "MMU:Permission" or "D-MMU:Permission".
    private string FaultType(int line, string word)
    {
        if (word == "D" && source.Take("-"))
            word = source.Word();
        if (word != "MMU" || !source.Take(":"))
            throw source.Error(line, $"expected MMU: and a type of fault, found {word}");
        string type = source.Word();
        return type is "Translation" or "AccessFlag" or "Permission"
            ? type
            : throw source.Error(line, $"expected MMU:Translation, MMU:AccessFlag or MMU:Permission, found MMU:{type}");
    }
}
