using System.Collections.Immutable;
using Orleans.Mmu.Checking.References;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Checking.Protocols;

/// <summary>The protocols that can be checked: the built-in ones by name, others from their files.</summary>
public static class CheckedProtocols
{
    /// <summary>The built-in ones, in the order of --list.</summary>
    public static ImmutableArray<CheckedProtocol> All { get; } =
        [.. BuiltInProtocols.All.Select(f => new CheckedProtocol(f, SceneOf(f)) { IsBuiltIn = true })];

    /// <summary>The built-in protocol of that name, or null.</summary>
    public static CheckedProtocol? Find(string name) => All.FirstOrDefault(p => p.Name == name);

    /// <summary>Reads a protocol file. The text of a built-in protocol is that protocol.</summary>
    /// <param name="source">The file's name, for errors.</param>
    /// <exception cref="InputException">
    /// The text is no protocol, names no map, has another protocol's name, or is more than the checker's machine holds.
    /// </exception>
    public static CheckedProtocol Parse(string source, string text)
    {
        var file = BuiltInProtocols.Read(source, text);
        string name = file.Protocol.Name;
        if (Find(name) is { } known)
            return known;
        if (ReferenceCheck.Names.Contains(name))
            throw BuiltInProtocols.NameIsTaken(file);
        var protocol = new CheckedProtocol(file, SceneOf(file));
        if (protocol.Scene.Root is null && protocol.Script.AllSteps.FirstOrDefault(s => IsOfSecondRoot(s.Step))
            is { } second)
            throw file.StepError(second.Phase, second.Step, $"expected root:B with the map "
                + $"{MapChangeGoal.ReplacedRoot.Name} alone, where it has a tree, found \"{second.Step}\" with the map "
                + file.Map);
        return WhatIsBeyondTheModel(protocol) is { } limit
            ? throw (limit.At is { } at ? file.StepError(at.Phase, at.Step, $"protocol {name}: {limit.Message}")
                : file.Error($"protocol {name}: {limit.Message}"))
            : protocol;
    }

    private static ModelLimitException? WhatIsBeyondTheModel(CheckedProtocol protocol)
    {
        foreach (var at in protocol.Script.AllSteps)
        {
            var step = at.Step;
            if (DescriptorStore.Writes(step).Any(w => w.Word is { } word && !word.CanHold(w.Content))
                || (step is SkipUnless load
                    && !WatchedWord.Of(load.Range, load.Word).Single().CanHold(DescriptorStore.ContentOf(load.Value))))
                return new($"expected a value that the entry can hold, found \"{step}\"", at);
        }

        try
        {
            var model = protocol.Model(new CheckOptions());
            return model.Kinds.SelectMany(k => k.Accesses ?? [])
                .FirstOrDefault(a => a is { HasNewPage: false, Step.Expected: var expected }
                    && expected.Allowed.HasFlag(AccessOutcomes.NewPage)
                    && !expected.Allowed.HasFlag(AccessOutcomes.OldPage)) is { } access
                ? new($"expected a page that the map {protocol.Scene.Name} has at the end, found \"{access.Step}\"",
                    protocol.Script.AllSteps.First(s => s.Step.Equals(access.Step)))
                : null;
        }
        catch (ModelLimitException e)
        {
            return e;
        }
    }

    private static bool IsOfSecondRoot(Step step) => step is WriteTtbr1 { Root: RootTable.Second }
        || DescriptorStore.Writes(step).Any(w => w.Word is { IsPmd: true, Second: true })
        || (step is SkipUnless load
            && WatchedWord.Of(load.Range, load.Word).Any(w => w is { IsPmd: true, Second: true }));

    private static MapChangeGoal SceneOf(ProtocolFile file)
    {
        var names = MapChangeGoal.All.Select(g => g.Name);
        string nearest = NearestName.Of(file.Map, names) ?? ProtocolFile.RepaintMap;
        return MapChangeGoal.All.FirstOrDefault(g => g.Name == file.Map) ?? throw file.MapError(
            $"map: expected \"{nearest}\" or another map that mmu check --list names, found \"{file.Map}\"");
    }
}
