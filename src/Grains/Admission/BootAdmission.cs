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
    private readonly Func<(long Used, long Available)> _memory;
    private readonly SemaphoreSlim _places;
    private readonly Lock _lock = new();
    private int _waiting;
    private long _taken;

    public BootAdmission(IOptions<MmuOptions> options)
        : this(options, OfThisProcess)
    {
    }

    /// <param name="memory">What the process has in use and what it may have, in bytes.</param>
    internal BootAdmission(IOptions<MmuOptions> options, Func<(long Used, long Available)> memory)
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
        var (used, available) = _memory();
        long limit = _options.BootMemory ?? available / 2;
        // A machine that has booted takes no slot any more, but it still holds memory.
        long most = available / 4 * 3;
        lock (_lock)
        {
            if (need > limit)
                return (null,
                    $"{machine.Name}: expected a machine that boots in the {limit >> 20} MB that this silo has for "
                    + $"boots, found one that needs about {need >> 20} MB");
            if (_waiting >= _options.BootsWaiting)
                return (null,
                    $"{machine.Name}: the silo boots {_options.BootsAtOnce} machines and {_waiting} wait; it takes "
                    + $"no more until some are done (try again later)");
            if (_taken + need > limit)
                return (null,
                    $"{machine.Name}: the machines that boot and wait take {_taken >> 20} of the {limit >> 20} MB "
                    + $"that this silo has for boots, and this one needs about {need >> 20} MB (try again later)");
            if (used + need > most)
                return (null,
                    $"{machine.Name}: {used >> 20} of the {most >> 20} MB that this silo may use are in use, and "
                    + $"this one needs about {need >> 20} MB; a machine leaves the memory when it was idle for "
                    + $"{MmuOptions.MinutesIdle} minutes (try again later)");
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
        return (new BootSlot(this, need), null);
    }

    public void Dispose() => _places.Dispose();

    private static (long Used, long Available) OfThisProcess()
    {
        var now = GC.GetGCMemoryInfo();
        return (now.HeapSizeBytes, now.TotalAvailableMemoryBytes);
    }

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
