using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Laboratories;

namespace Orleans.Mmu.Client.Commands;

/// <summary>The options that name running silos: --silo and --connect-timeout.</summary>
internal sealed class SiloOptions
{
    private const int MostSeconds = 3600;

    private readonly Option<Gateways?> _silo;

    private readonly Option<int> _timeout = WholeNumber.Option(
        "--connect-timeout", "SECONDS", "How long the gateways of --silo are tried.", usual: 30, MostSeconds, least: 1);

    public SiloOptions(string description =
        "The gateway of a running silo, or several with commas; without it, a silo inside this process.")
    {
        _silo = new("--silo")
        {
            HelpName = "HOST:PORT",
            Description = description,
            CustomParser = result =>
            {
                var gateways = Gateways.TryParse(result.Tokens[0].Value, out string? wrong);
                if (gateways is null)
                {
                    result.AddError(
                        $"--silo: expected HOST:PORT such as localhost:30000, found {GivenValue.Quoted(wrong!)}");
                }

                return gateways;
            },
        };
    }

    /// <summary>Both options.</summary>
    public IEnumerable<Option> All => [_silo, _timeout];

    /// <param name="isForSubcommands">Whether the options may also follow the name of a subcommand.</param>
    public void AddTo(Command command, bool isForSubcommands = false)
    {
        (_silo.Recursive, _timeout.Recursive) = (isForSubcommands, isForSubcommands);
        command.Options.Add(_silo);
        command.Options.Add(_timeout);
    }

    /// <summary>The gateways; null where --silo is not given.</summary>
    /// <exception cref="UsageException">--connect-timeout is given without --silo.</exception>
    public Gateways? Of(ParseResult parsed)
    {
        if (parsed.GetValue(_silo) is { } gateways)
            return gateways with { ConnectTimeout = TimeSpan.FromSeconds(parsed.GetValue(_timeout)) };
        GivenOptions.Refuse(parsed, "it, since there is no --silo to connect to", _timeout);
        return null;
    }
}
