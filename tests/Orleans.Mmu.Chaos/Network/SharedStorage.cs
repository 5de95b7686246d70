using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Storage;

namespace Orleans.Mmu.Chaos.Network;

/// <summary>What all silos of a process have written.</summary>
public sealed class SharedRecords
{
    public ConcurrentDictionary<(string State, GrainId Grain), (long Version, BinaryData Bytes)> All { get; } = new();
}

/// <summary>
/// A storage server that every silo reaches, also one that is cut off from the others; as such a server does, it
/// refuses a writer that has not read the last version.
/// </summary>
public sealed class SharedStorage(SharedRecords records, IGrainStorageSerializer serializer) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (records.All.TryGetValue((stateName, grainId), out var found))
        {
            grainState.State = serializer.Deserialize<T>(found.Bytes);
            (grainState.ETag, grainState.RecordExists) = (Tag(found.Version), true);
        }
        else
        {
            grainState.State = Activator.CreateInstance<T>();
            (grainState.ETag, grainState.RecordExists) = (null, false);
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var bytes = serializer.Serialize(grainState.State);
        var next = records.All.AddOrUpdate((stateName, grainId),
            _ => grainState.ETag is null ? (1, bytes) : throw Inconsistent(null, grainState.ETag),
            (_, found) => Tag(found.Version) == grainState.ETag ? (found.Version + 1, bytes)
                : throw Inconsistent(Tag(found.Version), grainState.ETag));
        (grainState.ETag, grainState.RecordExists) = (Tag(next.Version), true);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        records.All.TryRemove((stateName, grainId), out _);
        (grainState.ETag, grainState.RecordExists) = (null, false);
        return Task.CompletedTask;
    }

    private static string Tag(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static InconsistentStateException Inconsistent(string? stored, string? read) =>
        new("another writer has replaced the record", stored, read);
}
