using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Client.Commands;

/// <summary>The options that mmu cluster and its subcommands share.</summary>
internal sealed class ClusterOptions
{
    private readonly SiloOptions _silo = new("The gateway of a running silo, or several with commas.");

    private readonly Option<bool> _json = JsonOption.Create();

    public void AddTo(Command command)
    {
        _silo.AddTo(command, isForSubcommands: true);
        _json.Recursive = true;
        command.Options.Add(_json);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <exception cref="UsageException">No silo is named.</exception>
    public Gateways Silo(ParseResult parsed) => _silo.Of(parsed)
        ?? throw new UsageException("cluster: expected --silo HOST:PORT, found none (see mmu cluster --help)");

    /// <exception cref="UsageException">The text is no key.</exception>
    public static string Key(string text) => MachineKey.IsValid(text) ? text
        : throw new UsageException(
            $"cluster: expected a machine's key of {MachineKey.Rule}, found {GivenValue.Quoted(text)}");

    /// <summary>What is said where the cluster has no machine of a key.</summary>
    public static UsageException Unknown(string key, Gateways silo) =>
        new($"cluster: expected the key of a machine on {silo}, found {GivenValue.Quoted(key)} (mmu cluster --silo "
            + $"{silo} lists them)");
}
