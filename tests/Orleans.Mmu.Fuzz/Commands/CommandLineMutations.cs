using Orleans.Mmu.Fuzz.Cases;
using Orleans.Mmu.Fuzz.Inputs;

namespace Orleans.Mmu.Fuzz.Commands;

/// <summary>Changes a command line as a hand or a script gets it wrong.</summary>
internal sealed class CommandLineMutations(Dice dice)
{
    public IReadOnlyList<string> Apply(IReadOnlyList<string> words)
    {
        List<string> line = [.. words];
        int at = dice.Below(line.Count);
        switch (dice.Below(8))
        {
            case 0:
                line.RemoveAt(at);
                break;
            case 1:
                line.Insert(at, dice.Of(words));
                break;
            case 2:
                line.Insert(at, dice.Of(OddWords.Any));
                break;
            case 3:
                line[at] = dice.Of(OddWords.Any);
                break;
            case 4:
                line[at] = Mistyped(line[at]);
                break;
            case 5:
                int other = dice.Below(line.Count);
                (line[at], line[other]) = (line[other], line[at]);
                break;
            case 6:
                line.Insert(at, dice.Of((string[])["--", "--help", "--version", "-h", "--no", "-x", "--json=1"]));
                break;
            default:
                line[at] = dice.Of(OddWords.Numbers);
                break;
        }

        return line;
    }

    private string Mistyped(string word)
    {
        if (word.Length < 2)
            return word + "-";
        int at = dice.Below(word.Length - 1);
        return dice.Chance(50) ? word.Remove(at, 1) : word[..at] + word[at + 1] + word[at] + word[(at + 2)..];
    }
}
