using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.Loader;

namespace Orleans.Mmu.Tests.House;

/// <summary>Within a room, folders form no cycle: each can be read after those that it uses.</summary>
public sealed class FolderTests
{
    public static TheoryData<string> All => [.. Rooms.FromTheGround];

    [Theory]
    [MemberData(nameof(All))]
    public void Folders_of_a_room_form_no_cycle(string room)
    {
        var assembly = Rooms.Assembly(room);
        var architecture = new ArchLoader().LoadAssembly(assembly).Build();
        var rule = SliceRuleDefinition.Slices().Matching($"Orleans.Mmu.{room}.(*)").Should().BeFreeOfCycles();
        var broken = rule.Evaluate(architecture).Where(result => !result.Passed).Select(result => result.Description);
        Assert.True(!broken.Any(), string.Join("\n", broken));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Namespaces_follow_folders(string room)
    {
        string root = Path.Combine(Repository.Root, "src", room);
        foreach (string file in SourceFiles.Under(root))
        {
            string folder = Path.GetRelativePath(root, Path.GetDirectoryName(file)!);
            string expected = folder == "." ? $"Orleans.Mmu.{room}" : $"Orleans.Mmu.{room}.{folder.Replace('/', '.')}";
            string? found = File.ReadLines(file)
                .FirstOrDefault(l => l.StartsWith("namespace ", StringComparison.Ordinal));
            Assert.True(found is null
                || found == $"namespace {expected};", $"{file}: expected namespace {expected}, found {found}");
        }
    }
}
