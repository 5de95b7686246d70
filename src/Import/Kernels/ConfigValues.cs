using System.Globalization;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Kernels;

/// <summary>The options of a .config by their names without CONFIG_.</summary>
internal sealed class ConfigValues(
    ImportFile file, IReadOnlyDictionary<string, (string Value, TextLine Line)> values)
{
    public ImportFile File => file;

    // A whole .config does not mention an option whose dependencies are not met; a part of one leaves it open.
    private bool IsWhole => values.ContainsKey("ARM64");

    /// <summary>Whether an option is built in or a module; null where the file leaves it open.</summary>
    public bool? Is(string name) =>
        values.TryGetValue(name, out var given) ? given.Value is "y" or "m" : IsWhole ? false : null;

    /// <summary>The one of a choice's options that is set, with its line; null where none is.</summary>
    /// <exception cref="InputException">Two are set, which Kconfig cannot do.</exception>
    public PlacedValue<T>? Choice<T>(IEnumerable<(string Name, T Value)> options)
    {
        var set = options.Where(o => Is(o.Name) == true).OrderBy(o => values[o.Name].Line.Number).ToList();
        return set switch
        {
            [] => null,
            [var only] => new(only.Value, PlaceOf(only.Name)),
            [var first, var second, ..] => throw file.Error(values[second.Name].Line.Number,
                $"expected one option of a choice, found CONFIG_{second.Name}=y and CONFIG_{first.Name}=y in line "
                + $"{values[first.Name].Line.Number}"),
        };
    }

    /// <summary>The line of an option that is given.</summary>
    public FilePlace PlaceOf(string name) => file.At(values[name].Line.Number);

    /// <summary>A whole number from 0 to <paramref name="most"/>; null where the option is not given.</summary>
    /// <exception cref="InputException">The value is no such number.</exception>
    public int? Number(string name, int most, int least = 0) =>
        !values.TryGetValue(name, out var given) || given.Value == "n" ? null
            : int.TryParse(given.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                && number >= least && number <= most ? number
            : throw file.Error(given.Line.Number,
                $"CONFIG_{name}: expected a number from {least} to {most}, found {TextLine.Quote(given.Value)}");
}
