using System.Collections.Immutable;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The entries whose change a CPU has begun and not completed, by the number of steps of its program that it has
/// performed. Other CPUs may translate these differently from memory. Each range is a change of its own, which is
/// complete at its <see cref="ChangeEnd"/>.
/// </summary>
internal sealed class OpenChanges
{
    private readonly uint[] _touched;
    private readonly uint[] _forOthers;
    private readonly uint[] _forItself;
    private readonly uint[] _afterRelease;

    public OpenChanges(ImmutableArray<ScriptStep> program, ProtocolScript script, EntryUniverse universe)
    {
        int places = program.Length + 1;
        (_touched, _forOthers, _forItself, _afterRelease) =
            (new uint[places], new uint[places], new uint[places], new uint[places]);
        int release = program.FirstIndex(0, s => s is Linux.Protocols.ClearFlag);
        foreach (var range in Enum.GetValues<RepaintRange>())
        {
            uint entries = universe.Of(range);
            int[] stores = [.. Enumerable.Range(0, program.Length).Where(i => Stores(program[i], range))];
            if (stores.Length == 0)
                continue;
            var end = ChangeEnd.Of(program, range, script, universe);
            int again = stores.FirstOrDefault(s => s > release, int.MaxValue);
            for (int at = stores[0] + 1; at < places; at++)
            {
                _touched[at] |= entries;
                _forOthers[at] |= at < end.ForOthers ? entries : 0;
                _forItself[at] |= at < end.ForItself ? entries : 0;
                // The release completes what came before it for a CPU that has seen it.
                bool isReleased = release >= 0 && release < at && at <= again;
                _afterRelease[at] |= isReleased ? 0 : entries;
            }
        }
    }

    /// <summary>The entries of every range of which the CPU has issued a store.</summary>
    /// <param name="at">The number of steps of its program that it has performed.</param>
    public uint Touched(int at) => _touched[at];

    /// <summary>The entries whose change is not complete.</summary>
    /// <param name="at">As above.</param>
    /// <param name="itself">Whether it is asked for the CPU itself.</param>
    /// <param name="sawRelease">Whether the CPU that it is asked for has seen the flag cleared by this one.</param>
    public uint At(int at, bool itself, bool sawRelease)
    {
        uint open = itself ? _forItself[at] : _forOthers[at];
        return sawRelease ? open & _afterRelease[at] : open;
    }

    private static bool Stores(ScriptStep step, RepaintRange range) =>
        DescriptorStore.Writes(step.Step).Any(w => w.Word is { } word && word.Range == range);
}
