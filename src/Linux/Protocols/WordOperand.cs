using System.Globalization;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>What a word is compared with: a number, or the number of CPUs with one CPU more or less.</summary>
/// <param name="Number">
/// The number; with <paramref name="OfCpus"/> what is added to the number of CPUs, 0 or -1.
/// </param>
public readonly record struct WordOperand(int Number, bool OfCpus = false)
{
    private const string Cpus = "num_online_cpus";
    private const string CpusButOne = "num_online_cpus - 1";

    /// <summary>What an operand may be, for error messages.</summary>
    public static string Allowed { get; } = $"0 to {WordName.MaxValue}, {Cpus} or {CpusButOne}";

    /// <summary>Every CPU.</summary>
    public static WordOperand AllCpus { get; } = new(0, OfCpus: true);

    /// <summary>Every CPU but one, as the CPU that waits for the others counts.</summary>
    public static WordOperand OtherCpus { get; } = new(-1, OfCpus: true);

    /// <summary>The operand in a step's text.</summary>
    public string Text => OfCpus ? (Number == 0 ? Cpus : CpusButOne) : Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The operand in a step's code, which never changes.</summary>
    public string Code => OfCpus ? (Number == 0 ? "cpus" : "other-cpus") : Text;

    /// <summary>The number on a machine.</summary>
    public int On(int cpus) => OfCpus ? cpus + Number : Number;

    /// <summary>Reads <see cref="Text"/> back; null if it is none.</summary>
    public static WordOperand? Parse(string text) => text switch
    {
        Cpus => AllCpus,
        CpusButOne => OtherCpus,
        _ => NumberOf(text) is { } number ? new(number) : null,
    };

    /// <summary>Reads <see cref="Code"/> back; null if it is none.</summary>
    public static WordOperand? Decode(string code) =>
        code == AllCpus.Code ? AllCpus : code == OtherCpus.Code ? OtherCpus
            : NumberOf(code) is { } number ? new(number) : null;

    /// <summary>A number from 0 to <see cref="WordName.MaxValue"/> as it is printed; null for another text.</summary>
    public static int? NumberOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number <= WordName.MaxValue && number.ToString(CultureInfo.InvariantCulture) == text ? number : null;
}
