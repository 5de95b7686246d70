using Microsoft.Extensions.Options;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Grains.Admission;

/// <summary>
/// Limits how many machines a silo boots at once, how many wait for their turn, and how much memory the booting ones
/// may take. A boot beyond these limits is refused before it begins. A silo has one of these.
/// </summary>
public sealed class BootAdmission : IDisposable
{
    // Measured and rounded up: an activation with its TLB and a run's messages; the tables of a repaint, 70 bytes for
    // each of 512 blocks.
    private const long BytesPerCpu = 48 << 10;
    private const long BytesPerGiB = 40 << 10;
    private const long BytesPerMachine = 1 << 20;

    private readonly MmuOptions _options;
    private readonly SiloMemory _memory;
    private readonly SemaphoreSlim _places;
    private readonly Lock _lock = new();
    private int _waiting;

    public BootAdmission(IOptions<MmuOptions> options, SiloMemory memory)
    {
        (_options, _memory) = (options.Value, memory);
        _places = new(_options.BootsAtOnce, _options.BootsAtOnce);
    }

    /// <summary>
    /// The most memory that a boot takes, in bytes: some 48 KB for each CPU and 40 KB for each GiB.
    /// </summary>
    public static long NeedOf(MachineDescription machine) =>
        BytesPerMachine + BytesPerCpu * machine.Cpus.Length + BytesPerGiB * (long)(machine.MemoryBytes >> 30);

    /// <summary>Takes a place in the line, and waits for its turn.</summary>
    /// <returns>The place, which the caller disposes of when the boot ends; or why there is none, in one
    /// line.</returns>
    public async Task<(IDisposable? Place, string? Refusal)> EnterAsync(
        MachineDescription machine, CancellationToken cancellationToken)
    {
        long need = NeedOf(machine);
        var (refusal, isFull) = TryTake(machine, need);
        if (isFull)
        {
            // Machines may have left the memory since the last collection.
            await _memory.RefreshAsync();
            (refusal, _) = TryTake(machine, need);
        }

        if (refusal is not null)
            return (null, refusal);
        try
        {
            await _places.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(need, isWaiting: true);
            throw;
        }

        lock (_lock)
            _waiting--;
        return (new BootSlot(this, need), null);
    }

    public void Dispose() => _places.Dispose();

    private (string? Refusal, bool IsFull) TryTake(MachineDescription machine, long need)
    {
        lock (_lock)
        {
            if (need > _memory.ForWork)
                return (
                    $"{machine.Name}: expected a machine that boots in the {_memory.ForWork >> 20} MB that this silo "
                    + $"has for boots, found one that needs about {need >> 20} MB", false);
            if (_waiting >= _options.BootsWaiting)
                return (
                    $"{machine.Name}: the silo boots {_options.BootsAtOnce} machines and {_waiting} wait; it takes "
                    + $"no more until some are done (try again later)", false);
            if (_memory.Take(need) is { } lack)
            {
                bool isFull = lack.Bound == MemoryBound.Process;
                string leaves = isFull
                    ? $"; a machine leaves the memory when it was idle for {MmuOptions.MinutesIdle} minutes" : "";
                return (
                    $"{machine.Name}: {lack.Sentence}, and this one needs about {need >> 20} MB{leaves} "
                    + "(try again later)", isFull);
            }

            _waiting++;
            return (null, false);
        }
    }

    private void Leave(long need, bool isWaiting)
    {
        _memory.Return(need);
        lock (_lock)
            _waiting -= isWaiting ? 1 : 0;

        if (!isWaiting)
            _places.Release();
    }

    private sealed class BootSlot(BootAdmission admission, long need) : IDisposable
    {
        private bool _left;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _left, true))
                admission.Leave(need, isWaiting: false);
        }
    }
}
