using Microsoft.Extensions.Options;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Interfaces.Admission;

namespace Orleans.Mmu.Grains.Admission;

/// <summary>
/// The memory that a silo has for its clients' work. Two bounds hold: what boots, explorations and replays were
/// promised stays below <see cref="MmuOptions.BootMemory"/>, and what the process has in use stays below three quarters
/// of what it may have, because a machine that has booted takes no promise any more and still holds memory. One for
/// each silo.
/// </summary>
public sealed class SiloMemory : ISiloMemory, IDisposable
{
    private readonly MmuOptions _options;
    private readonly IProcessHeap _heap;
    private readonly FreshHeap _fresh;
    private readonly IdleSilo? _idle;
    private readonly Lock _lock = new();
    private long _taken;
    private long _shared;

    public SiloMemory(IOptions<MmuOptions> options, TimeProvider time)
        : this(options, new ProcessHeap(), time)
    {
    }

    internal SiloMemory(IOptions<MmuOptions> options, IProcessHeap heap, TimeProvider time) =>
        (_options, _heap, _fresh, _idle) = (options.Value, heap, new(heap, time),
            options.Value.ReturnsMemory ? new(heap, time) : null);

    /// <summary>Bytes for boots, explorations and replays together.</summary>
    internal long ForWork => _options.BootMemory ?? _heap.Available / 2;

    // Explorations grow to whatever they are given; the rest stays for boots.
    private long ForShares => ForWork / 4 * 3;

    public void Dispose() => _idle?.Dispose();

    public IMemoryShare Open() => new MemoryShare(this);

    /// <summary>Takes memory for a boot.</summary>
    /// <returns>Null if it was taken; otherwise which bound it would exceed.</returns>
    internal MemoryLack? Take(long bytes)
    {
        lock (_lock)
            return Lack(bytes) is { } lack ? lack : Add(bytes, isShare: false);
    }

    /// <summary>Gives the memory of a boot back.</summary>
    internal void Return(long bytes)
    {
        lock (_lock)
            Add(-bytes, isShare: false);
    }

    /// <summary>Makes the figure of the process new.</summary>
    internal Task RefreshAsync() => _fresh.RefreshAsync();

    private MemoryLack? Resize(long from, long to)
    {
        lock (_lock)
        {
            long more = to - from;
            if (more <= 0)
                return Add(more, isShare: true);
            if (_shared + more > ForShares)
                return new(MemoryBound.Shares, _shared, ForShares);
            return Lack(more) is { } lack ? lack : Add(more, isShare: true);
        }
    }

    private MemoryLack? Lack(long more)
    {
        if (_taken + more > ForWork)
            return new(MemoryBound.Work, _taken, ForWork);
        long most = _heap.Available / 4 * 3;
        return _heap.Used is var used && used + more > most ? new(MemoryBound.Process, used, most) : null;
    }

    private MemoryLack? Add(long bytes, bool isShare)
    {
        _taken += bytes;
        _shared += isShare ? bytes : 0;
        if (_taken == 0)
            _idle?.Begin();
        else
            _idle?.End();
        return null;
    }

    private sealed class MemoryShare(SiloMemory memory) : IMemoryShare
    {
        private bool _isReturned;

        public long Bytes { get; private set; }

        public async ValueTask<string?> ResizeAsync(long bytes)
        {
            ObjectDisposedException.ThrowIf(_isReturned, this);
            var lack = memory.Resize(Bytes, bytes);
            if (lack is { Bound: MemoryBound.Process })
            {
                await memory.RefreshAsync();
                // The share may have been given back meanwhile.
                ObjectDisposedException.ThrowIf(_isReturned, this);
                lack = memory.Resize(Bytes, bytes);
            }

            if (lack is { } why)
                return $"{why.Sentence}, and this needs {Math.Max(bytes - Bytes >> 20, 1)} MB more (try again later)";
            Bytes = bytes;
            return null;
        }

        public void Dispose()
        {
            if (_isReturned)
                return;
            _isReturned = true;
            memory.Resize(Bytes, 0);
            Bytes = 0;
        }
    }
}
