using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;

namespace Orleans.Mmu.Client.Commands;

/// <summary>--list and --show, which check nothing.</summary>
internal sealed partial class CheckCommandOptions
{
    /// <exception cref="UsageException">There is something to check beside --list.</exception>
    public void RefuseBesideList(ParseResult parsed)
    {
        if (parsed.GetValue(_protocol) is { } name)
            throw new UsageException($"--list: expected no protocol beside it, found {GivenValue.Quoted(name)}");
        GivenOptions.Refuse(
            parsed, "--list, which checks nothing",
            [_cpus, _any, _mutants, _levels, _cnp, _erratum, _strict, _symmetry, _twoStep, _memory, _time, _trace,
                _html, _format.Option, .. Reports.All, .. _silo.All]);
    }

    /// <summary>The protocol that --show prints.</summary>
    /// <exception cref="UsageException">There is no such protocol, or it is to be checked as well.</exception>
    public ShownProtocol ShownFile(ParseResult parsed)
    {
        GivenOptions.Refuse(
            parsed, "--show, which prints a file and checks nothing",
            [List, _cpus, _any, _mutants, _levels, _cnp, _erratum, _strict, _symmetry, _twoStep, _memory, _time, _trace,
                _format.Option, _json, .. Reports.All]);
        if (_silo.Of(parsed) is not null)
            throw new UsageException("--silo: not for --show, which prints a file and checks nothing");
        string name = parsed.GetValue(_protocol)
            ?? throw new UsageException("--show: expected a protocol, found none (see mmu check --list)");
        return ShownProtocol.Read(name);
    }
}
