using System.CommandLine;
using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Client.Commands;

/// <summary>--erratum: every CPU has an erratum, named itself or by a core that has it.</summary>
internal static class ErratumOption
{
    public static Option<string> Create()
    {
        var option = new Option<string>("--erratum")
        {
            HelpName = "NAME",
            Description = $"Every CPU has an erratum: {RepeatedTlbi.Name}, or the name of a core that has it.",
        };
        ChoiceOption.Restrict(option, [RepeatedTlbi.Name, .. RepeatedTlbi.Cores]);
        return option;
    }
}
