using System.Diagnostics;

namespace Orleans.Mmu.Chaos.Crashes;

/// <summary>
/// Ends this process at a moment that was chosen beforehand, as kill -9 does: nothing is flushed and no other silo is
/// told. The moments of a machine are before and after each call that one of its grains here performs, and before and
/// after each write of their state. Those of a search are before and after each call to one of its partitions here.
/// </summary>
internal sealed class CrashFuse : IIncomingGrainCallFilter
{
    /// <summary>In place of a machine's key: the partitions of every search.</summary>
    public const string Searches = "partition/";

    private readonly Lock _lock = new();
    private string _machine = "";
    private long _left;

    /// <summary>The machine's moments since it was named.</summary>
    public long Count { get; private set; }

    /// <param name="machine">The key of the machine whose moments count.</param>
    /// <param name="moment">The moment to end at, from 1; 0 only counts.</param>
    public void Set(string machine, long moment)
    {
        lock (_lock)
            (_machine, _left, Count) = (machine, moment, 0);
    }

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        Burn(context.TargetId);
        await context.Invoke();
        Burn(context.TargetId);
    }

    public void Burn(GrainId grain)
    {
        lock (_lock)
        {
            string name = _machine == Searches ? grain.ToString() : grain.Key.ToString() ?? "";
            if (_machine.Length == 0 || !name.StartsWith(_machine, StringComparison.Ordinal))
                return;
            Count++;
            if (--_left == 0)
                Process.GetCurrentProcess().Kill();
        }
    }
}
