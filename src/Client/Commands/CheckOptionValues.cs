using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Commands;

/// <summary>How the values of check's options are read; each error says what was expected.</summary>
internal static class CheckOptionValues
{
    public static Option<string> OnOff(string name, string description)
    {
        var option = new Option<string>(
            name)
        { HelpName = "on|off", Description = description, DefaultValueFactory = _ => "on" };
        ChoiceOption.Restrict(option, "on", "off");
        return option;
    }

    public static int Number(ArgumentResult result, string name, int least, int most)
    {
        string text = result.Tokens[0].Value;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < least
            || number > most)
            result.AddError($"{name}: expected {least} to {most}, found {GivenValue.Quoted(text)}");
        return number;
    }

    public static ImmutableArray<BbmLevel>? Levels(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        var levels = BbmLevels.Parse(text, ToyMachine.MaxCpus);
        if (levels is null)
            result.AddError(
                $"--levels: expected up to {ToyMachine.MaxCpus} of 0, 1, 2 and 3 with commas between, found "
                + GivenValue.Quoted(text));
        return levels;
    }
}
