using CsCheck;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Whatever a machine file says, reading it gives a machine or one line.</summary>
public sealed class MachineFileFuzzTests
{
    private const long Iterations = 4_000;

    private static readonly string[] Splices =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "//", "/*", "*/", "null", "true", "-1", "0", "1e9",
        "18446744073709551616", "0x",
        "\"0xfffffffffffff\"", "\"4096T\"", "\"1280x0\"", "\"\\ud800\"", "\ud800", "\u001b", "\n", "\ufeff",
        "\"memory\"", "\"count\": 16384",
        "\"late\": true", "\"size\": \"64T\"", "\"vaBits\": 52", "\"pageSize\": \"64K\"",
    ];

    private static readonly Gen<string> Texts =
        OneOf([.. BuiltInMachines.Names.Select(n => BuiltInMachines.Find(n)!), MachineText.Good]);

    [Fact]
    public void Truncated_texts_are_refused_in_one_line() =>
        Gen.Select(Texts, Gen.Double[0, 1])
            .ForAll((text, share) => IsReadOrRefused(text[..(int)(share * text.Length)]), iter: Iterations);

    [Fact]
    public void Changed_texts_are_read_or_refused_in_one_line()
    {
        var edit = Gen.Select(
            Gen.Double[0, 1], Gen.Int[0, 12], Gen.OneOf(OneOf(Splices), Gen.Char.Select(c => c.ToString())));
        Gen.Select(Texts, edit.Array[1, 4]).ForAll((text, edits) =>
        {
            foreach (var (share, length, splice) in edits)
            {
                int at = (int)(share * text.Length);
                text = text[..at] + splice + text[Math.Min(text.Length, at + length)..];
            }

            return IsReadOrRefused(text);
        }, iter: Iterations);
    }

    [Fact]
    public void Moved_words_are_read_or_refused_in_one_line()
    {
        var move = Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1]);
        Gen.Select(Texts, move.Array[1, 3]).ForAll((text, moves) =>
        {
            string[] words = text.Split(' ');
            foreach (var (from, to) in moves)
            {
                int a = Math.Min((int)(from * words.Length), words.Length - 1);
                int b = Math.Min((int)(to * words.Length), words.Length - 1);
                (words[a], words[b]) = (words[b], words[a]);
            }

            return IsReadOrRefused(string.Join(' ', words));
        }, iter: Iterations);
    }

    private static Gen<string> OneOf(string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static bool IsReadOrRefused(string text)
    {
        try
        {
            return MachineFile.Parse(MachineText.File, text).Cpus.Length > 0;
        }
        catch (InputException e)
        {
            return e.Message.StartsWith("m.json:", StringComparison.Ordinal) && !e.Message.Any(char.IsControl);
        }
    }
}
