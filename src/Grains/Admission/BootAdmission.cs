using Microsoft.Extensions.Options;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Grains;

/// <summary>
/// How many machines a silo boots at once, how many wait their turn, and how much memory those may take that boot: who
/// comes when all of it is taken is told so before anything has begun. One for each silo.
/// </summary>
public sealed class BootAdmission(IOptions<MmuOptions> options) : IDisposable
{
    // Measured, rounded up: an activation with its TLB and what a run tells it; tables of a map that falls apart.
    private const long BytesPerCpu = 48 << 10;
    private const long BytesPerGiB = 4 << 10;
    private const long BytesPerMachine = 1 << 20;

    private readonly SemaphoreSlim _places = new(options.Value.BootsAtOnce, options.Value.BootsAtOnce);
    private readonly Lock _lock = new();
    private int _waiting;
    private long _taken;

    /// <summary>What a boot takes of a silo's memory at most, in bytes: some 48 KB for each CPU and 4 KB for each GiB.</summary>
    public static long NeedOf(MachineDescription machine) =>
        BytesPerMachine + BytesPerCpu * machine.Cpus.Length + BytesPerGiB * (long)(machine.MemoryBytes >> 30);

    /// <summary>Takes a place in the line, and waits for its turn.</summary>
    /// <returns>What ends the boot's stay; or why there is none, in one line.</returns>
    public async Task<(IDisposable? Place, string? Refusal)> EnterAsync(MachineDescription machine, CancellationToken cancellationToken)
    {
        long need = NeedOf(machine);
        long limit = options.Value.BootMemory ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        lock (_lock)
        {
            if (need > limit)
                return (null, $"{machine.Name}: expected a machine that boots in the {limit >> 20} MB that this silo has for boots, found one that needs about {need >> 20} MB");
            if (_waiting >= options.Value.BootsWaiting)
                return (null, $"{machine.Name}: the silo boots {options.Value.BootsAtOnce} machines and {_waiting} wait; it takes no more until some are done (try again later)");
            if (_taken + need > limit)
                return (null, $"{machine.Name}: the machines that boot and wait take {_taken >> 20} of the {limit >> 20} MB that this silo has for boots, and this one needs about {need >> 20} MB (try again later)");
            _waiting++;
            _taken += need;
        }

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
        return (new Place(this, need), null);
    }

    public void Dispose() => _places.Dispose();

    private void Leave(long need, bool isWaiting)
    {
        lock (_lock)
        {
            _taken -= need;
            if (isWaiting)
                _waiting--;
        }

        if (!isWaiting)
            _places.Release();
    }

    private sealed class Place(BootAdmission admission, long need) : IDisposable
    {
        private bool _left;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _left, true))
                admission.Leave(need, isWaiting: false);
        }
    }
}
